import { type Instant, renderInstant } from '../src/base/instant.ts';
import { IP_BYTES, renderIp } from '../src/base/ip.ts';
import type { Column, Table } from '../src/base/table.ts';
import { decoderFor } from '../src/formats/decoder-for.ts';
import type { Taken } from '../src/formats/decoder.ts';
import { HEAD_BYTES, recognise } from '../src/formats/recognise.ts';

const PIECE_BYTES = 1_000;

/** What an object says, in a form that a person can read and compare: rows for columns, text for addresses and times. `nextPiece`: how many bytes come next. */
export const decodeWhole = (bytes: Uint8Array, name: string, nextPiece = (): number => PIECE_BYTES): unknown => {
  const format = recognise(bytes.subarray(0, HEAD_BYTES), name);
  if (!format.ok) return { unrecognised: format.problem };
  const decoder = decoderFor(format.value, { name, at: null });
  for (let i = 0; i < bytes.length; ) {
    const piece = bytes.subarray(i, i + nextPiece());
    decoder.push(piece);
    i += piece.length;
  }
  decoder.end();
  return { format: format.value, ...readable(decoder.take()) };
};

const readable = (taken: Taken): Record<string, unknown> => {
  const { flowRecords, conntrack, ...values } = taken.facts;
  const facts: Record<string, unknown> = { flowRecords: rowsOf(flowRecords), conntrack: rowsOf(conntrack), ...values };
  const present = Object.entries(facts).filter(([, rows]) => Array.isArray(rows) && rows.length > 0);
  const { rejects, ignored, clusters } = taken;
  return plain({ facts: Object.fromEntries(present), rejects, ignored, clusters }) as Record<string, unknown>;
};

const rowsOf = (table: Table | null): readonly Record<string, unknown>[] =>
  table === null
    ? []
    : Array.from({ length: table.rows }, (_, row) =>
        Object.fromEntries(Object.entries(table.columns).map(([name, column]) => [name, cell(name, column, row)])),
      );

const cell = (name: string, column: Column, row: number): unknown => {
  if (column.type === 'IPv6') return renderIp(column.values, row * IP_BYTES);
  if (column.type === 'Dictionary') return column.words[column.values[row] as number];
  const value = column.values[row];
  if (name === 'mac') return (value as bigint).toString(16).padStart(12, '0').toUpperCase();
  if (!name.endsWith('_ms')) return value;
  return Number(value) < 0 ? Number(value) : renderInstant(Number(value) as Instant);
};

const INSTANTS: ReadonlySet<string> = new Set([
  'at',
  'begin',
  'from',
  'until',
  'createdAt',
  'acceptedAt',
  'startedAt',
  'finishedAt',
  'deletionAskedAt',
]);

const plain = (value: unknown, name = ''): unknown => {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number' && INSTANTS.has(name)) return renderInstant(value as Instant);
  if (Array.isArray(value)) return value.map((element) => plain(element));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner, key)]));
};
