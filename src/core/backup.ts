import type { Instant } from '../base/instant.ts';
import type { SourceRow, TableSize } from './ports.ts';

/** What a backup holds, as its manifest tells it. */
export interface BackupTold {
  readonly takenAt: Instant;
  /** The unmasq that took it, the version of the schema, that of the engine. */
  readonly version: string;
  readonly schema: number;
  readonly engine: string;
  readonly files: number;
  readonly bytes: number;
  readonly tables: readonly TableSize[];
  readonly sources: readonly Pick<SourceRow, 'cluster' | 'name' | 'kind' | 'rows' | 'watermark'>[];
  /** Of the manifest, which has those of all files. */
  readonly sha256: string;
}
