import { totalmem } from 'node:os';

const MIB = 1_048_576;

/** What this process may hold: a container's limit, or all that the machine has. */
const memoryMiB = (): number => {
  const limit = process.constrainedMemory();
  return Math.floor(Math.min(limit === 0 ? Number.POSITIVE_INFINITY : limit, totalmem()) / MIB);
};

/** As many rows as are wanted in memory at a time, fewer where there is little of it. */
export const rowsInMemory = (most: number, perMiB: number): number => Math.min(most, Math.round(memoryMiB() * perMiB));
