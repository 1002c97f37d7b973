import type { Batch } from '../src/core/ports.ts';
import { entryAt, recordAt } from './one-fact.ts';
import { emptyBatch, eventTable, recordTable, START } from './random-world.ts';

export const BATCHES = 8;
const ROWS = 500;
const DAY_MS = 86_400_000;

const numbered = (batch: number) =>
  Array.from({ length: ROWS }, (_, row) => {
    const i = batch * ROWS + row;
    return { i, at: START + i + (i % 2) * DAY_MS, srcIp: `10.224.${i % 7}.4`, srcPort: 1_024 + i };
  });

/** Each row is another; every batch spans two days, so that a write is several inserts. */
export const batchOf = (batch: number): Batch => ({
  ...emptyBatch('c', `object ${batch}`),
  flowRecords: recordTable(numbered(batch).map(({ i, at, ...tuple }) => recordAt(at, { ...tuple, bytes: i }))),
  conntrack: eventTable(numbered(batch).map(({ at, srcIp, srcPort }) => entryAt(at, { srcIp, srcPort }))),
});

export const ALL_ROWS = BATCHES * ROWS;
