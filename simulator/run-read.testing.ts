import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Table } from '../src/base/table.ts';
import { CONNTRACK_KINDS, FLOW_STATES } from '../src/core/facts.ts';
import { decoderFor } from '../src/formats/decoder-for.ts';
import type { Taken } from '../src/formats/decoder.ts';
import { HEAD_BYTES, recognise } from '../src/formats/recognise.ts';
import { DEFAULTS, type Parameters } from './parameters.ts';
import { simulate } from './simulate.ts';
import type { RunDescription } from './write/describe.ts';
import { lineTally, recordTally } from './write/tallies.ts';

/** A run in a folder of its own, which is gone afterwards. */
export const withRun = async <Value>(
  asked: Partial<Parameters>,
  look: (folder: string, run: RunDescription) => Promise<Value> | Value,
): Promise<Value> => {
  const folder = mkdtempSync(join(tmpdir(), 'unmasq-simulated-'));
  try {
    return await look(folder, await simulate(folder, { ...DEFAULTS, ...asked }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Every file of a run by its path, in order. */
export const filesOf = (folder: string): ReadonlyMap<string, Buffer> =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path.slice(folder.length + 1), readFileSync(path)]),
  );

export const jsonLines = (files: ReadonlyMap<string, Buffer>, path: string): readonly unknown[] =>
  (files.get(path)?.toString() ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

/** What is no source, and is to be read by whoever knows the run. */
const NO_SOURCES = /^(truth|run\.json|rates\.jsonl|placement\.jsonl)/;

/** What the decoders make of every source of a run, gzipped ones by what is in them. */
export const decodeRun = (files: ReadonlyMap<string, Buffer>): ReadonlyMap<string, Taken> =>
  new Map(
    [...files]
      .filter(([path]) => !NO_SOURCES.test(path))
      .map(([path, kept]) => {
        const bytes = path.endsWith('.gz') ? gunzipSync(kept) : kept;
        const format = recognise(bytes.subarray(0, HEAD_BYTES), path);
        if (!format.ok) throw new Error(`${path}: ${format.problem}`);
        const decoder = decoderFor(format.value, { name: path, at: null });
        decoder.push(bytes);
        decoder.end();
        return [path, decoder.take()];
      }),
  );

const nameOf = (numbers: Readonly<Record<string, number>>, value: number): string =>
  Object.entries(numbers).find(([, number]) => number === value)?.[0] ?? '';

export const numbersOf = (table: Table, name: string): readonly number[] =>
  Array.from((table.columns[name] as { readonly values: ArrayLike<number | bigint> }).values, Number).slice(
    0,
    table.rows,
  );

const sumOf = (table: Table, name: string): number => numbersOf(table, name).reduce((sum, value) => sum + value, 0);

/** The sums of run.json, worked out anew from what the decoders read. */
export const tallyRecords = (tables: readonly Table[], startMs: number): ReturnType<typeof recordTally> => {
  const tally = recordTally();
  for (const table of tables) {
    tally.records += table.rows;
    for (const state of numbersOf(table, 'state')) tally.byState[nameOf(FLOW_STATES, state) as 'B']++;
    tally.packetsOut += sumOf(table, 'packets_out');
    tally.bytesOut += sumOf(table, 'bytes_out');
    tally.packetsIn += sumOf(table, 'packets_in');
    tally.bytesIn += sumOf(table, 'bytes_in');
    tally.srcPorts += sumOf(table, 'src_port');
    tally.destPorts += sumOf(table, 'dest_port');
    tally.afterStartMs += sumOf(table, 'at_ms') - startMs * table.rows;
  }
  return tally;
};

export const tallyLines = (tables: readonly Table[]): ReturnType<typeof lineTally> => {
  const tally = lineTally();
  for (const table of tables) {
    tally.lines += table.rows;
    for (const kind of numbersOf(table, 'kind')) tally.byKind[nameOf(CONNTRACK_KINDS, kind) as 'NEW']++;
    tally.packetsOrig += sumOf(table, 'packets_orig');
    tally.bytesOrig += sumOf(table, 'bytes_orig');
    tally.packetsReply += sumOf(table, 'packets_reply');
    tally.bytesReply += sumOf(table, 'bytes_reply');
    tally.replyDestPorts += sumOf(table, 'reply_dest_port');
    tally.ids += sumOf(table, 'id');
  }
  return tally;
};
