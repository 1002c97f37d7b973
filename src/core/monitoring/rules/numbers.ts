/** 1,024. */
export const says = (n: number): string => n.toLocaleString('en-US');
