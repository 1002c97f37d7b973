import type { Column } from '../../base/table.ts';
import type { Kind } from './day-tallies.ts';

/** What a row of the table `posterior` is about: the flows of one kind from one cell. */
export interface KindInCell {
  readonly kind: Kind;
  readonly cell: number;
}

export const posteriorColumns = (rows: readonly KindInCell[]): Readonly<Record<string, Column>> => ({
  dest_port: { type: 'UInt16', values: Uint16Array.from(rows, ({ kind }) => kind.destPort) },
  protocol: { type: 'UInt8', values: Uint8Array.from(rows, ({ kind }) => kind.protocol) },
  class: { type: 'UInt8', values: Uint8Array.from(rows, ({ kind }) => kind.class) },
  cell: { type: 'UInt32', values: Uint32Array.from(rows, ({ cell }) => cell) },
});
