import { DIRECTIONS, FLOW_STATES } from '../src/core/facts.ts';
import type { Batch } from '../src/core/ports.ts';
import { emptyBatch, eventTable, type EventFact, recordTable, type RecordFact, START } from './random-world.ts';

export const BATCHES = 8;
const ROWS = 500;
const DAY_MS = 86_400_000;

const tupleOf = (i: number) => ({
  srcIp: `10.224.${i % 7}.4`,
  srcPort: 1_024 + i,
  destIp: '203.0.113.9',
  destPort: 443,
  protocol: 6,
});

/** Each row is another; every batch spans two days, so that a write is several inserts. */
const recordsOf = (batch: number): RecordFact[] =>
  Array.from({ length: ROWS }, (_, row) => {
    const i = batch * ROWS + row;
    return { ...tupleOf(i), at: START + i + (i % 2) * DAY_MS, state: FLOW_STATES.B, direction: DIRECTIONS.O, bytes: i };
  });

const eventsOf = (batch: number): EventFact[] =>
  Array.from({ length: ROWS }, (_, row) => {
    const i = batch * ROWS + row;
    return {
      ...tupleOf(i),
      at: START + i + (i % 2) * DAY_MS,
      kind: 0,
      originIp: '10.244.0.2',
      originPort: 50_000,
      startedAt: 0,
      timeout: 0,
      forced: false,
      elsewhere: false,
    };
  });

export const batchOf = (batch: number): Batch => ({
  ...emptyBatch('c', `object ${batch}`),
  flowRecords: recordTable(recordsOf(batch)),
  conntrack: eventTable(eventsOf(batch)),
});

export const ALL_ROWS = BATCHES * ROWS;
