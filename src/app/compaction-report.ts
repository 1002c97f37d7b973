import type { Compacted } from '../core/compaction.ts';

export interface CompactionReport {
  readonly schemaVersion: 1;
  readonly kind: 'Compaction';
  readonly data: string;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  readonly expired: Compacted['expired'];
  readonly items: Compacted['tables'];
}

export const compactionReport = (data: string, { tables, ...rest }: Compacted): CompactionReport => ({
  schemaVersion: 1,
  kind: 'Compaction',
  data,
  ...rest,
  items: tables,
});
