import type { Table } from '../../base/table.ts';
import type { ToldIn } from '../../core/attribution/rates/bursts.ts';
import type { Placement } from '../../core/attribution/rates/placement.ts';
import type { Sent, Tally } from '../../core/attribution/rates/tallied.ts';
import { textsOf, valuesOf } from '../attribution/chunk-facts.ts';
import type { Structure } from '../native-read.ts';

/** The columns of `grading/tallies.sql`. */
export const TALLIES: Structure = {
  dest_ip: 'IPv6',
  dest_port: 'UInt16',
  protocol: 'UInt8',
  class: 'UInt8',
  cell: 'UInt32',
  known: 'Dictionary',
  hidden: 'UInt8',
  flows: 'Float64',
};

/** A kind of request to a destination, as the tables name it. */
export interface Kind {
  readonly destIp: Uint8Array;
  readonly destPort: number;
  readonly protocol: number;
  readonly class: number;
}

export interface KindTally extends Kind, Omit<Tally, 'before'> {
  /** Flows to the destination, of every kind, and the hours in which there were any. */
  readonly destFlows: number;
  readonly destHours: number;
  /** Flows of which it is known who sent them, and which were counted as if it were not. */
  readonly hidden: readonly Sent[];
  /** Of the flows that are known, those of which applications told. */
  readonly toldIn: ToldIn;
}

/** A destination in one text. */
export const destKey = (ip: Uint8Array, port: number, protocol: number): string =>
  `${Buffer.from(ip).toString('hex')} ${port} ${protocol}`;

const NODE = '@node';

/** The counts of each kind of request, in their order. `senderOf` gives a pod's place by its UID; flows of pods it does not know are left out. */
export const kindTallies = (
  table: Table,
  placement: Placement,
  senderOf: ReadonlyMap<string, number>,
): readonly KindTally[] => {
  const ip = valuesOf(table, 'dest_ip', 'IPv6');
  const port = valuesOf(table, 'dest_port', 'UInt16');
  const protocol = valuesOf(table, 'protocol', 'UInt8');
  const kind = valuesOf(table, 'class', 'UInt8');
  const cell = valuesOf(table, 'cell', 'UInt32');
  const hidden = valuesOf(table, 'hidden', 'UInt8');
  const flows = valuesOf(table, 'flows', 'Float64');
  const knownAt = textsOf(table, 'known');
  const sameDest = (a: number, b: number): boolean =>
    port[a] === port[b] && protocol[a] === protocol[b] && sameIp(ip, a, b);
  const tallies: KindTally[] = [];
  for (let first = 0; first < table.rows; ) {
    let until = first;
    const hours = new Set<number>();
    let destFlows = 0;
    for (; until < table.rows && sameDest(until, first); until++) {
      hours.add(placement.hour[cell[until] as number] as number);
      destFlows += Number(flows[until]);
    }
    for (let from = first; from < until; ) {
      let end = from;
      while (end < until && kind[end] === kind[from]) end++;
      tallies.push({
        destIp: ip.slice(from * 16, from * 16 + 16),
        destPort: port[from] as number,
        protocol: protocol[from] as number,
        class: kind[from] as number,
        destFlows,
        destHours: hours.size,
        ...countsOf(from, end),
      });
      from = end;
    }
    first = until;
  }
  return tallies;

  function countsOf(from: number, end: number) {
    const cells: number[] = [];
    const unknown: number[] = [];
    const [known, hiddenFlows]: [Sent[], Sent[]] = [[], []];
    for (let row = from; row < end; row++) {
      if (cells.at(-1) !== cell[row]) {
        cells.push(cell[row] as number);
        unknown.push(0);
      }
      const place = cells.length - 1;
      const count = Number(flows[row]);
      const word = knownAt(row);
      const sender =
        word === NODE
          ? placement.workloads.length + 1 + (placement.node[cell[row] as number] as number)
          : senderOf.get(word);
      if (word === '' || hidden[row] === 1) unknown[place] = (unknown[place] as number) + count;
      if (sender === undefined) continue;
      (hidden[row] === 1 ? hiddenFlows : known).push({ cell: place, sender, flows: count });
    }
    return {
      cells: Int32Array.from(cells),
      flows: Float64Array.from(unknown),
      known,
      hidden: hiddenFlows,
      toldIn: new Map<number, ReadonlyMap<number, number>>(),
      told: new Map(),
    };
  }
};

const sameIp = (ip: Uint8Array, a: number, b: number): boolean => {
  for (let i = 0; i < 16; i++) if (ip[a * 16 + i] !== ip[b * 16 + i]) return false;
  return true;
};
