import { flowsTold, shareTold } from '../../core/attribution/rates/flows-told.ts';
import type { Placement } from '../../core/attribution/rates/placement.ts';
import type { Told } from '../../core/attribution/rates/tallied.ts';
import type { Engine, Params } from '../engine.ts';
import { sql } from '../sql.ts';
import type { KindTally } from './day-tallies.ts';
import { type Sighted, surelyTold } from './sighted-flows.ts';

/** By protocol, then by the sender's place: the share of its calls that it tells of. */
export type Tellers = ReadonlyMap<number, ReadonlyMap<number, number>>;

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
  if (rows.length === 0) return new Map();
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
  return tellers;
};

/** A tally with what applications told: flows whose pod they surely told are known, and who tells of a share of its calls tells how many it makes. */
export const taughtBy = (
  told: Sighted | undefined,
  tally: KindTally,
  tellers: Tellers,
  { senderOf, workloads }: { readonly senderOf: ReadonlyMap<string, number>; readonly workloads: number },
): KindTally => {
  const shares = tellers.get(tally.protocol);
  const toldBy = new Map<number, Told>([...(shares ?? [])].map(([sender, share]) => [sender, { flows: 0, share }]));
  if (told === undefined) return { ...tally, told: toldBy };
  const flows = tally.flows.slice();
  const byCell = tally.known.byCell.slice();
  const bySender = new Map(tally.known.bySender);
  const toldIn = new Map<number, Map<number, number>>();
  const places = new Map([...tally.cells].map((cell, place) => [cell, place]));
  const senderIn = (podUid: string): number | undefined => {
    const sender = senderOf.get(podUid);
    return sender === undefined || sender >= workloads ? undefined : sender;
  };
  for (const [place, podUid] of surelyTold(told)) {
    const flow = told.flows[place];
    const sender = senderIn(podUid);
    if (flow === undefined || flow.class !== tally.class || sender === undefined) continue;
    const cell = places.get(flow.cell);
    if (cell === undefined || (flows[cell] as number) < 1) continue;
    flows[cell] = (flows[cell] as number) - 1;
    byCell[cell] = (byCell[cell] as number) + 1;
    const inCell = toldIn.get(cell) ?? new Map<number, number>();
    toldIn.set(cell, inCell.set(sender, (inCell.get(sender) ?? 0) + 1));
    if (!toldBy.has(sender)) bySender.set(sender, (bySender.get(sender) ?? 0) + 1);
  }
  const counts = new Map<number, { flows: number; calls: number }>();
  for (const { flow, podUid, chance, calls } of flowsTold(told.calls)) {
    const sender = senderIn(podUid);
    if (told.flows[flow]?.class !== tally.class || sender === undefined || !toldBy.has(sender)) continue;
    const count = counts.get(sender) ?? { flows: 0, calls: 0 };
    counts.set(sender, { flows: count.flows + chance, calls: count.calls + calls });
  }
  for (const [sender, count] of counts)
    toldBy.set(sender, {
      flows: count.flows,
      share: Math.max(toldBy.get(sender)?.share ?? 0, shareTold(count.flows, count.calls)),
    });
  return { ...tally, flows, known: { ...tally.known, byCell, bySender }, toldIn, told: toldBy };
};
