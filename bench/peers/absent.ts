import { spawnSync } from 'node:child_process';
import type { Contender } from '../benchmark.ts';

/** What a peer consists of where it is no package of npm. */
const PROGRAMS: Readonly<Partial<Record<Contender, readonly string[]>>> = { nfdump: ['nfdump', 'nfcapd'] };

/** A peer one of whose programs is not installed is left out. */
export const isAbsent = (contender: Contender): boolean =>
  (PROGRAMS[contender] ?? []).some((program) => spawnSync(program, ['-V']).error !== undefined);
