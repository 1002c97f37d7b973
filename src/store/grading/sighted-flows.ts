import type { Column, Table } from '../../base/table.ts';
import type { Call } from '../../core/attribution/rates/sighted.ts';
import { textsOf, valuesOf } from '../attribution/chunk-facts.ts';
import type { Structure } from '../native-read.ts';
import { destKey } from './day-tallies.ts';

/** The columns of `grading/sighted.sql`. */
export const SIGHTED: Structure = {
  sighting: 'UInt64',
  uid: 'Dictionary',
  tuple: 'UInt64',
  begin_ms: 'Int64',
  dest_ip: 'IPv6',
  dest_port: 'UInt16',
  protocol: 'UInt8',
  class: 'UInt8',
  cell: 'UInt32',
  by_port: 'UInt8',
  chance: 'Float64',
  how: 'UInt8',
};

/** A flow that some call may have been. */
export interface SightedFlow {
  readonly tuple: bigint;
  readonly beginMs: bigint;
  readonly class: number;
  readonly cell: number;
}

/** To one destination: calls, and the flows that they may have been. */
export interface Sighted {
  readonly flows: readonly SightedFlow[];
  readonly calls: readonly Call[];
}

const NAMED = [null, 'told', 'learned'] as const;

/** By destination, as `destKey` writes it. */
export const sightedByDest = (table: Table): ReadonlyMap<string, Sighted> => {
  const sighting = valuesOf(table, 'sighting', 'UInt64');
  const tuple = valuesOf(table, 'tuple', 'UInt64');
  const begin = valuesOf(table, 'begin_ms', 'Int64');
  const ip = valuesOf(table, 'dest_ip', 'IPv6');
  const port = valuesOf(table, 'dest_port', 'UInt16');
  const protocol = valuesOf(table, 'protocol', 'UInt8');
  const kind = valuesOf(table, 'class', 'UInt8');
  const cell = valuesOf(table, 'cell', 'UInt32');
  const byPort = valuesOf(table, 'by_port', 'UInt8');
  const uidAt = textsOf(table, 'uid');
  const chance = valuesOf(table, 'chance', 'Float64');
  const how = valuesOf(table, 'how', 'UInt8');
  const rows = Map.groupBy(
    Array.from({ length: table.rows }, (_, row) => row),
    (row) => destKey(ip.subarray(row * 16, row * 16 + 16), port[row] as number, protocol[row] as number),
  );
  return new Map(
    [...rows].map(([dest, ofDest]) => {
      const flows: SightedFlow[] = [];
      const calls = new Map<string, Call & { readonly flows: number[] }>();
      for (const row of ofDest) {
        const [last, flow] = [flows.at(-1), { tuple: tuple[row] as bigint, beginMs: begin[row] as bigint }];
        if (last?.tuple !== flow.tuple || last.beginMs !== flow.beginMs)
          flows.push({ ...flow, class: kind[row] as number, cell: cell[row] as number });
        const podUid = uidAt(row);
        // A sighting of one pod: the same line is never of two.
        const key = `${sighting[row]} ${podUid}`;
        const call = calls.get(key) ?? {
          podUid,
          flows: [],
          byPort: byPort[row] === 1,
          chance: chance[row] as number,
          named: NAMED[how[row] as number] ?? null,
        };
        calls.set(key, call);
        call.flows.push(flows.length - 1);
      }
      return [dest, { flows, calls: [...calls.values()] }] as const;
    }),
  );
};

/** A call by name that is less probably to this destination teaches nothing for sure. */
const SURELY_HERE = 0.95;

/** Flows whose pod a call surely tells, as its port is theirs, or as they were the only one: what they teach the rates. */
export const surelyTold = ({ calls }: Sighted): ReadonlyMap<number, string> => {
  const told = new Map<number, string | null>();
  for (const { podUid, flows, chance } of calls) {
    const [only] = flows;
    if (flows.length !== 1 || only === undefined || chance < SURELY_HERE) continue;
    const before = told.get(only);
    told.set(only, before === undefined || before === podUid ? podUid : null);
  }
  return new Map([...told].flatMap(([flow, podUid]) => (podUid === null ? [] : [[flow, podUid] as const])));
};

/** Sightings that may be of a flow, and how many of them tell its port, only a name, or a name whose address was learned. */
export interface SightingCounts {
  sightings: number;
  byPort: number;
  byName: number;
  byLearned: number;
}

/** What a row of the table `sighted_flow` is about: a flow, the calls that may have been it, and how probable its likeliest was before. */
export interface ToldFlow extends Readonly<SightingCounts> {
  readonly flow: SightedFlow;
  readonly before: number;
}

export const sightedColumns = (rows: readonly ToldFlow[]): Readonly<Record<string, Column>> => ({
  tuple: { type: 'UInt64', values: BigUint64Array.from(rows, ({ flow }) => flow.tuple) },
  begin_ms: { type: 'Int64', values: BigInt64Array.from(rows, ({ flow }) => flow.beginMs) },
  sightings: { type: 'UInt32', values: Uint32Array.from(rows, ({ sightings }) => sightings) },
  by_port: { type: 'UInt32', values: Uint32Array.from(rows, ({ byPort }) => byPort) },
  by_name: { type: 'UInt32', values: Uint32Array.from(rows, ({ byName }) => byName) },
  by_learned: { type: 'UInt32', values: Uint32Array.from(rows, ({ byLearned }) => byLearned) },
  before: { type: 'Float32', values: Float32Array.from(rows, ({ before }) => before) },
});
