import type { Placement } from './placement.ts';

/** Flows of one sender. */
export interface Sent {
  /** The cell's place in the tally. */
  readonly cell: number;
  /** The sender's place in the placement. */
  readonly sender: number;
  readonly flows: number;
}

/** Flows to one destination, counted by cell. Cells without any are left out. */
export interface Tally {
  readonly cells: Int32Array;
  /** Flows of which nobody knows who sent them. */
  readonly flows: Float64Array;
  /** Flows of which it is known. */
  readonly known: readonly Sent[];
  /** What days before taught, by the sender's place: flows and the seconds in which they were sent, as far as they still count. */
  readonly before: ReadonlyMap<number, { readonly flows: number; readonly seconds: number }>;
  /** What applications tell of their calls, by the sender's place. Who tells nothing at all is not here. */
  readonly told: ReadonlyMap<number, Told>;
}

/** Of a sender that tells of its calls. */
export interface Told {
  /** Flows that it told of. They are not among those of which nobody knows who sent them. */
  readonly flows: number;
  /** The share of its flows that it tells of, if it tells of calls to this destination. */
  readonly share: number;
}

/** The part of a placement that bears on one destination: the shares of the cells that have flows to it, and their senders by new places. */
export interface Tallied {
  readonly cells: number;
  /** How many of them are the tally's; the others hold flows that are known to be a node's, which came from the cells `nodeCells`. */
  readonly open: number;
  readonly nodeCells: Int32Array;
  readonly flows: Float64Array;
  /** Cells of one node's hour follow each other: those of the `i`th stand at `firstCell[i]` to `firstCell[i + 1]`. */
  readonly firstCell: Int32Array;
  /** The shares of a cell: `first[cell]` to `first[cell + 1]`. */
  readonly first: Int32Array;
  /** By share: its place in the placement, its sender's new place, its pods, its exposure in seconds, geared to how busy the destination was. */
  readonly share: Int32Array;
  readonly sender: Int32Array;
  readonly pods: Float64Array;
  readonly seconds: Float64Array;
  /** By new place of a sender: its place in the placement, its exposure in all cells of the placement. */
  readonly senders: Int32Array;
  readonly exposure: Float64Array;
  readonly flowsBefore: Float64Array;
  readonly secondsBefore: Float64Array;
  /** Flows that were told of, and the exposure in which as many untold ones were sent; 0 where nothing is told. */
  readonly flowsTold: Float64Array;
  readonly secondsTold: Float64Array;
  /** Flows that are known to be a workload's, by its new place. */
  readonly known: readonly Sent[];
  /** From here on senders are nodes: all of them, if any, and each. */
  readonly firstNode: number;
}

/** How long each sender was there in each hour: pod seconds. */
export interface Exposure {
  readonly hours: readonly number[];
  /** By hour, then by sender's place. */
  readonly seconds: readonly Float64Array[];
  /** By cell: its hour's place. */
  readonly hourOf: Int32Array;
}

export const exposureOf = ({ workloads, nodes, cells, hour, first, sender, seconds }: Placement): Exposure => {
  const hours = [...new Set(hour)].sort((a, b) => a - b);
  const placeOf = new Map(hours.map((at, place) => [at, place]));
  const bySender = hours.map(() => new Float64Array(workloads.length + 1 + nodes.length));
  const hourOf = Int32Array.from(hour, (at) => placeOf.get(at) as number);
  for (let cell = 0; cell < cells; cell++) {
    const sum = bySender[hourOf[cell] as number] as Float64Array;
    for (let share = first[cell] as number; share < (first[cell + 1] as number); share++)
      sum[sender[share] as number] = (sum[sender[share] as number] as number) + (seconds[share] as number);
  }
  return { hours, seconds: bySender, hourOf };
};

/**
 * How busy a destination was in each hour, 1 being its mean: all that send to it send more by day. Drawn towards 1 where flows are few.
 */
const gearsOf = ({ hours, hourOf }: Exposure, { cells, flows, known }: Tally, steady: number): Float64Array => {
  const byHour = new Float64Array(hours.length);
  let all = 0;
  for (const [i, cell] of cells.entries()) {
    byHour[hourOf[cell] as number] = (byHour[hourOf[cell] as number] as number) + (flows[i] as number);
    all += flows[i] as number;
  }
  for (const sent of known) {
    const hour = hourOf[cells[sent.cell] as number] as number;
    byHour[hour] = (byHour[hour] as number) + sent.flows;
    all += sent.flows;
  }
  return byHour.map((count) => (steady + count) / (steady + all / hours.length));
};

/** However many calls applications tell of, some they do not. */
const MOST_TOLD = 0.9;

/** Told flows for each untold one. */
const oddsOf = (told: Told | undefined): number => {
  const share = Math.min(MOST_TOLD, told?.share ?? 0);
  return share / (1 - share);
};

export const talliedOf = (placement: Placement, exposure: Exposure, tally: Tally, steady: number): Tallied => {
  const { cells, flows } = tally;
  const workloads = placement.workloads.length;
  const known = tally.known.filter(({ sender }) => sender < workloads);
  const byNode = new Map<number, number>();
  for (const sent of tally.known)
    if (sent.sender >= workloads) byNode.set(sent.cell, (byNode.get(sent.cell) ?? 0) + sent.flows);
  const gears = gearsOf(exposure, tally, steady);
  const senderCount = placement.workloads.length + 1 + placement.nodes.length;
  // What is known to be a node's is a cell of its own, behind the others, in which nobody else is.
  const nodeCells = [...byNode.keys()].sort((a, b) => a - b);
  const counted = [...cells.keys(), ...nodeCells];
  const first = new Int32Array(counted.length + 1);
  const share: number[] = [];
  const seconds: number[] = [];
  const isSender = new Uint8Array(senderCount);
  for (const [place, i] of counted.entries()) {
    const cell = cells[i] as number;
    const gear = gears[exposure.hourOf[cell] as number] as number;
    const until = placement.first[cell + 1] as number;
    for (let at = place < cells.length ? (placement.first[cell] as number) : until - 2; at < until; at++) {
      share.push(at);
      seconds.push(gear * (placement.seconds[at] as number));
      isSender[placement.sender[at] as number] = 1;
    }
    first[place + 1] = share.length;
  }
  for (const sent of known) isSender[sent.sender] = 1;
  for (const [place, told] of tally.told) if (told.flows > 0) isSender[place] = 1;
  const placeOf = new Int32Array(senderCount);
  const senders: number[] = [];
  for (let place = 0; place < senderCount; place++) if (isSender[place] === 1) placeOf[place] = senders.push(place) - 1;
  const firstNode = senders.findIndex((place) => place >= workloads);
  const firstCell = [0];
  for (let i = 1; i <= counted.length; i++) {
    const [cell, before] = [cells[counted[i] as number] as number, cells[counted[i - 1] as number] as number];
    const isNext =
      i === counted.length ||
      i === cells.length ||
      placement.node[cell] !== placement.node[before] ||
      placement.hour[cell] !== placement.hour[before];
    if (isNext) firstCell.push(i);
  }
  const exposed = Float64Array.from(senders, (place) =>
    exposure.seconds.reduce((sum, bySender, hour) => sum + (gears[hour] as number) * (bySender[place] as number), 0),
  );
  return {
    cells: counted.length,
    open: cells.length,
    nodeCells: Int32Array.from(nodeCells),
    flows: Float64Array.from([...flows, ...nodeCells.map((cell) => byNode.get(cell) as number)]),
    firstCell: Int32Array.from(firstCell),
    first,
    share: Int32Array.from(share),
    sender: Int32Array.from(share, (at) => placeOf[placement.sender[at] as number] as number),
    pods: Float64Array.from(share, (at) => placement.pods[at] as number),
    seconds: Float64Array.from(seconds),
    senders: Int32Array.from(senders),
    exposure: exposed,
    flowsBefore: Float64Array.from(senders, (place) => tally.before.get(place)?.flows ?? 0),
    secondsBefore: Float64Array.from(senders, (place) => tally.before.get(place)?.seconds ?? 0),
    flowsTold: Float64Array.from(senders, (place) => tally.told.get(place)?.flows ?? 0),
    secondsTold: Float64Array.from(senders, (place, who) => (exposed[who] as number) * oddsOf(tally.told.get(place))),
    known: known.map(({ cell, sender, flows: count }) => ({ cell, sender: placeOf[sender] as number, flows: count })),
    firstNode: firstNode < 0 ? senders.length : firstNode,
  };
};
