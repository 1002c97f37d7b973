const MB_PER_GB = 1_024;

/** Families whose sizes have a fixed memory for each core: https://learn.microsoft.com/azure/virtual-machines/sizes/overview */
const FAMILIES: readonly (readonly [pattern: RegExp, gbPerCore: number])[] = [
  [/^standard_d(2|4|8|16|32|48|64|96)[ap]?d?s_v[3-6]$/i, 4],
  [/^standard_d(2|4|8|16|32|48|64)_v[3-5]$/i, 4],
  [/^standard_e(2|4|8|16)[ap]?d?s_v[3-6]$/i, 8],
  [/^standard_e(2|4|8|16)_v[3-5]$/i, 8],
  [/^standard_f(2|4|8|16|32|48|64|72)s_v2$/i, 2],
];

/** Memory of a size of virtual machine, where its name tells; null: it does not, or the family is not one of these. */
export const memoryMb = (size: string): number | null => {
  for (const [pattern, gbPerCore] of FAMILIES) {
    const cores = pattern.exec(size)?.[1];
    if (cores !== undefined) return Number(cores) * gbPerCore * MB_PER_GB;
  }
  return null;
};
