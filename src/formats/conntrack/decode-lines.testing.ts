import { IP_BYTES, renderIp } from '../../base/ip.ts';
import type { Column } from '../../base/table.ts';
import type { ConntrackEntries } from '../../core/facts.ts';
import type { Context, Taken } from '../decoder.ts';
import { conntrackDecoder } from './conntrack-decoder.ts';

export const NOWHERE: Context = { name: 'ct.txt', at: null };

export const decode = (input: string | Uint8Array, context: Context = NOWHERE, cuts: readonly number[] = []): Taken => {
  const bytes = typeof input === 'string' ? new TextEncoder().encode(input) : input;
  const decoder = conntrackDecoder(context);
  const edges = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  for (const [i, edge] of edges.entries()) if (i > 0) decoder.push(bytes.slice(edges[i - 1], edge));
  decoder.end();
  return decoder.take();
};

const cell = (column: Column, row: number): string | number => {
  if (column.type === 'IPv6') return renderIp(column.values, row * IP_BYTES);
  const value = column.values[row] as number | bigint | string;
  return typeof value === 'bigint' ? (value <= Number.MAX_SAFE_INTEGER ? Number(value) : String(value)) : value;
};

export const rowsOf = (entries: ConntrackEntries | null): Record<string, string | number>[] =>
  Array.from({ length: entries?.rows ?? 0 }, (_, row) =>
    Object.fromEntries(
      Object.entries((entries as ConntrackEntries).columns).map(([name, column]) => [name, cell(column, row)]),
    ),
  );

/** Tables compare by their rows: what lies behind them is spare room. */
export const said = (taken: Taken) => ({
  ...taken,
  facts: { ...taken.facts, conntrack: rowsOf(taken.facts.conntrack) },
});
