import { countTold, flowsTold } from '../../core/attribution/rates/flows-told.ts';
import type { Placement } from '../../core/attribution/rates/placement.ts';
import type { Told } from '../../core/attribution/rates/tallied.ts';
import type { Engine, Params } from '../engine.ts';
import { sql } from '../sql.ts';
import type { KindTally } from './day-tallies.ts';
import { type Sighted, surelyTold } from './sighted-flows.ts';

export interface Tellers {
  /** By protocol, then by the sender's place: the share of its calls that it tells of. */
  readonly shares: ReadonlyMap<number, ReadonlyMap<number, number>>;
  /** By the sender's place, then by port: told calls of which nobody knows where they went. */
  readonly nowhere: ReadonlyMap<number, ReadonlyMap<number, number>>;
}

export const NO_TELLERS: Tellers = { shares: new Map(), nowhere: new Map() };
/** The port of a call that told none. */
const ANY_PORT = 0;

/**
 * Which workloads tell of their calls, and of how many of them: as many as are recorded, of the pods that tell of any. A pod that told of none
 * may not be instrumented.
 */
export const tellersOf = async (
  engine: Engine,
  params: Params,
  { podUids, podSeconds, workloads }: Placement,
  senderOf: ReadonlyMap<string, number>,
): Promise<Tellers> => {
  const rows = await engine.rows<{ uid: string; by_protocol: number; calls: number; probability: number }>(
    sql('grading/tellers'),
    params,
  );
  if (rows.length === 0) return NO_TELLERS;
  const secondsOf = new Map<string, number>();
  for (const [i, uid] of podUids.entries()) secondsOf.set(uid, (secondsOf.get(uid) ?? 0) + (podSeconds[i] as number));
  const there = new Map<number, number>();
  for (const [uid, seconds] of secondsOf) {
    const sender = senderOf.get(uid);
    if (sender !== undefined) there.set(sender, (there.get(sender) ?? 0) + seconds);
  }
  const tellers = new Map<number, Map<number, number>>();
  for (const { uid, by_protocol, probability } of rows) {
    const sender = senderOf.get(uid);
    if (sender === undefined || sender >= workloads.length) continue;
    const ofProtocol = tellers.get(by_protocol) ?? new Map<number, number>();
    tellers.set(by_protocol, ofProtocol);
    const part = (secondsOf.get(uid) ?? 0) / Math.max(1, there.get(sender) ?? 0);
    ofProtocol.set(sender, (ofProtocol.get(sender) ?? 0) + part * probability);
  }
  const nowhere = new Map<number, Map<number, number>>();
  const unknown = await engine.rows<{ uid: string; port: number; calls: number }>(sql('grading/told-nowhere'), params);
  for (const { uid, port, calls } of unknown) {
    const sender = senderOf.get(uid);
    if (sender === undefined) continue;
    const ofSender = nowhere.get(sender) ?? new Map<number, number>();
    nowhere.set(sender, ofSender.set(port, (ofSender.get(port) ?? 0) + calls));
  }
  return { shares: tellers, nowhere };
};

/** Of the calls that may have gone to a port for all that is known, as many as a sender told. */
const nowhereFrom = ({ nowhere }: Tellers, sender: number, port: number): number => {
  const byPort = nowhere.get(sender);
  return (byPort?.get(port) ?? 0) + (byPort?.get(ANY_PORT) ?? 0);
};

/** A tally with what applications told: flows whose pod they surely told are known, and who tells of a share of its calls tells how many it makes. */
export const taughtBy = (
  told: Sighted | undefined,
  tally: KindTally,
  tellers: Tellers,
  { senderOf, workloads }: { readonly senderOf: ReadonlyMap<string, number>; readonly workloads: number },
): KindTally => {
  const shares = tellers.shares.get(tally.protocol) ?? new Map<number, number>();
  const unknown = (sender: number): number => nowhereFrom(tellers, sender, tally.destPort);
  // What went nobody knows where may have gone here: silence tells that much less.
  const silent = new Map<number, Told>(
    [...shares].map(([sender, share]) => [sender, { flows: 0, share: share / (1 + unknown(sender)) }]),
  );
  if (told === undefined) return { ...tally, told: silent };
  const flows = tally.flows.slice();
  const known = [...tally.known];
  const toldIn = new Map<number, Map<number, number>>();
  const places = new Map([...tally.cells].map((cell, place) => [cell, place]));
  const senderIn = (podUid: string): number | undefined => {
    const sender = senderOf.get(podUid);
    return sender === undefined || sender >= workloads ? undefined : sender;
  };
  const bySenderTold = Map.groupBy(
    flowsTold(told.calls).filter(({ flow }) => told.flows[flow]?.class === tally.class),
    ({ podUid }) => senderIn(podUid),
  );
  const toldBy = new Map(silent);
  for (const [sender, ofSender] of bySenderTold) {
    if (sender === undefined || !shares.has(sender)) continue;
    const { flows: count, share } = countTold(ofSender);
    // Where more went nobody knows where, how many are told is open: what is surely told is known, and nothing follows for the rest.
    if (unknown(sender) > count) toldBy.delete(sender);
    else toldBy.set(sender, { flows: count, share: Math.max(shares.get(sender) ?? 0, share) });
  }
  for (const [place, podUid] of surelyTold(told)) {
    const flow = told.flows[place];
    const sender = senderIn(podUid);
    if (flow === undefined || flow.class !== tally.class || sender === undefined) continue;
    const cell = places.get(flow.cell);
    if (cell === undefined || (flows[cell] as number) < 1) continue;
    flows[cell] = (flows[cell] as number) - 1;
    const inCell = toldIn.get(cell) ?? new Map<number, number>();
    toldIn.set(cell, inCell.set(sender, (inCell.get(sender) ?? 0) + 1));
    if (!toldBy.has(sender)) known.push({ cell, sender, flows: 1 });
  }
  return { ...tally, flows, known, toldIn, told: toldBy };
};
