import type { Dropped } from './ports.ts';

/** What a table held before and after; bytes are those on the disk, what merges replaced among them. */
export interface TableCompacted {
  readonly table: string;
  readonly rowsBefore: number;
  readonly rowsAfter: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

export interface Compacted {
  /** Of the folder, as it lies on the disk. */
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  /** Older than is kept. */
  readonly expired: readonly Dropped[];
  readonly tables: readonly TableCompacted[];
}
