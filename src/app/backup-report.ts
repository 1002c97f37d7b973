import { renderInstant } from '../base/instant.ts';
import type { BackupTold } from '../core/backup.ts';
import type { TableSize } from '../core/ports.ts';

export interface BackupReport {
  readonly schemaVersion: 1;
  readonly kind: 'Backup' | 'Restore';
  /** Where the backup is, and the data folder; of a dry run there is none. */
  readonly backup: string;
  readonly data: string | null;
  readonly takenAt: string;
  readonly version: string;
  readonly schema: number;
  readonly engine: string;
  readonly files: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly sources: readonly {
    readonly cluster: string;
    readonly name: string;
    readonly kind: string;
    readonly rows: number;
    readonly watermark: string | null;
  }[];
  readonly items: readonly TableSize[];
}

export const backupReport = (
  kind: BackupReport['kind'],
  { backup, data }: Pick<BackupReport, 'backup' | 'data'>,
  { takenAt, tables, sources, ...told }: BackupTold,
): BackupReport => ({
  schemaVersion: 1,
  kind,
  backup,
  data,
  takenAt: renderInstant(takenAt),
  ...told,
  sources: sources.map(({ watermark, ...source }) => ({
    ...source,
    watermark: watermark === null ? null : renderInstant(watermark),
  })),
  items: tables,
});
