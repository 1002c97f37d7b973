/** For sorts: by code unit, not by language, so that equal runs give equal output everywhere. What names are made of Go and Terraform sort so too. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
