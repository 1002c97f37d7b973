import type { Machine } from '../machine.ts';
import type { OwnTime } from './own-time.ts';
import type { Statement } from './statements.ts';
import type { CpuByThread } from './thread-times.ts';

/** One part of the run. */
export interface Stage {
  readonly name: string;
  /** What was read or made, and how it is called. */
  readonly rows: number;
  readonly of: string;
  readonly seconds: number;
  /** All threads but the profiler's own, user and system. */
  readonly cpuSeconds: number;
  readonly threads: CpuByThread;
  readonly statements: readonly Statement[];
}

export interface ColumnBytes {
  readonly table: string;
  readonly column: string;
  readonly bytes: number;
}

/** What the run itself says, in its own process. */
export interface Run {
  readonly flows: number;
  readonly records: number;
  readonly lines: number;
  readonly peakMiB: number;
  readonly stages: readonly Stage[];
  /** After the merges; of each table, all that is on disk. */
  readonly tables: readonly { readonly table: string; readonly bytes: number }[];
  readonly columns: readonly ColumnBytes[];
}

export interface Profile extends Run {
  /** Flows that the simulator was asked for. */
  readonly asked: number;
  readonly machine: Machine;
  readonly files: readonly OwnTime[];
}
