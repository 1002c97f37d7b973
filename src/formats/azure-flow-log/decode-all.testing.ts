import { renderIp } from '../../base/ip.ts';
import type { FlowRecords, Reject } from '../../core/facts.ts';
import { flowLogDecoder } from './flow-log-decoder.ts';

/** A row as a person would compare it. */
export type Row = Readonly<Record<string, string | number | bigint>>;

export interface All {
  readonly rows: readonly Row[];
  readonly rejects: readonly Reject[];
  readonly ignored: Readonly<Record<string, number>>;
}

/** Decodes a whole input, cut before each of `cuts`, and takes what waits after each `takeEvery` pieces. */
export const decodeAll = (
  input: string | Uint8Array,
  cuts: readonly number[] = [],
  takeEvery = Number.POSITIVE_INFINITY,
): All => {
  const bytes = typeof input === 'string' ? new TextEncoder().encode(input) : input;
  const decoder = flowLogDecoder({ name: 'PT1H.json', at: null });
  const rows: Row[] = [];
  const rejects: Reject[] = [];
  const ignored: Record<string, number> = {};
  const take = (): void => {
    const taken = decoder.take();
    if (taken.facts.flowRecords !== null) rows.push(...rowsOf(taken.facts.flowRecords));
    rejects.push(...taken.rejects);
    for (const [name, count] of Object.entries(taken.ignored)) ignored[name] = (ignored[name] ?? 0) + count;
  };
  const edges = [0, ...[...cuts].sort((a, b) => a - b), bytes.length];
  for (let k = 1; k < edges.length; k++) {
    decoder.push(bytes.subarray(edges[k - 1], edges[k]));
    if (k % takeEvery === 0) take();
  }
  decoder.end();
  take();
  return { rows, rejects, ignored };
};

export const rowsOf = ({ rows, columns }: FlowRecords): readonly Row[] =>
  Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(
      Object.entries(columns).map(([name, column]) => {
        if (column.type === 'IPv6') return [name, renderIp(column.values, 16 * row)];
        const value = column.values[row] as string | number | bigint;
        return [name, column.type === 'Dictionary' ? (column.words[value as number] as string) : value];
      }),
    ),
  );
