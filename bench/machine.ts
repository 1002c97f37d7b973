import { cpus, totalmem } from 'node:os';

/** What a figure was measured on; nothing that tells whose machine it was. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly node: string;
}

export const thisMachine = (): Machine => ({
  cpu: (cpus()[0]?.model ?? 'unknown').trim(),
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  node: process.version,
});
