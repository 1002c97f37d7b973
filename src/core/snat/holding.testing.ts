import type { Instant } from '../../base/instant.ts';
import type { PodNamed } from '../ports.ts';
import type { ConnectionLife } from './connection-life.ts';
import { type Holder, type Holding, OLD_SLICES, SLICES } from './holding.ts';

/** One connection of a workload to one destination, and who made it. */
export interface HeldBy extends ConnectionLife {
  readonly pod: string;
  readonly nodeIp?: string;
  /** A flow log tells of it, and of its last packet then. */
  readonly seen?: number | null;
  /** Absent: its beginning was seen. */
  readonly begun?: boolean;
}

/** A holding as the store sums it up, counted one by one; what was told up to `told` can be silent. */
export const holdingOf = (
  all: readonly HeldBy[],
  { from, until }: { readonly from: number; readonly until: number },
  told = until,
): Holding => {
  const held = all.filter((one) => one.from < until && one.until > from && one.until > one.from);
  const at = (moment: number, end: (one: HeldBy) => number, of = held): number =>
    of.filter((one) => one.from <= moment && moment < end(one)).length;
  const moments = [from, ...held.map((one) => one.from)].filter((moment) => moment >= from).sort((a, b) => a - b);
  const counts = moments.map((moment) => at(moment, (one) => one.until));
  const peakPorts = counts.reduce((most, count) => Math.max(most, count), 0);
  const peakAt = moments[counts.indexOf(peakPorts)] as number;
  const sinceOf = (one: HeldBy): number => (one.begun === false ? Math.min(one.from, from - 1) : one.from);
  const ends = (one: HeldBy): boolean => one.shut < until && (one.shut > from || sinceOf(one) >= from);
  const closed = held.filter(ends);
  const openAtEnd = held.filter((one) => one.shut >= until);
  const watched = openAtEnd.filter(({ seen }) => (seen ?? null) !== null);
  const sliceMs = Math.ceil((until - from) / SLICES);
  const sliced = (times: readonly number[]): readonly number[] =>
    Array.from({ length: SLICES }, (_, i) => times.filter((time) => Math.floor((time - from) / sliceMs) === i).length);
  const begins = (of: readonly HeldBy[]): readonly number[] => of.map(sinceOf).filter((since) => since >= from);
  const openAtStart = (of: readonly HeldBy[]): number =>
    of.filter((one) => sinceOf(one) < from && one.shut > from).length;
  const added = watched.filter((one) => sinceOf(one) >= from && sinceOf(one) < from + OLD_SLICES * sliceMs);
  const isSilent = ({ seen }: HeldBy): boolean => (seen ?? 0) < told - 300_000;
  const holders = [...Map.groupBy(held, ({ pod, nodeIp = '10.224.0.4' }) => `${pod} ${nodeIp}`)].map(
    ([who, own]): Holder => {
      const [uid = '', nodeIp = ''] = who.split(' ');
      return {
        pod: uid === '' ? null : podNamed(uid),
        node: null,
        nodeIp,
        portsAtPeak: at(peakAt, (one) => one.until, own),
        openAtPeak: at(peakAt, (one) => one.shut, own),
        openAtStart: openAtStart(own),
        carried: own.filter((one) => sinceOf(one) >= from || one.shut > from).length,
        beganIn: sliced(begins(own)),
        closedIn: sliced(own.filter(ends).map((one) => one.shut)),
        keptOf: sliced(begins(own.filter((one) => one.shut >= until))),
        requests: null,
      };
    },
  );
  const lived = closed.filter(({ begun }) => begun !== false);
  const spent = (of: (one: HeldBy) => number, share: number, among: readonly HeldBy[]): number | null =>
    quantile(
      among.map(of).sort((a, b) => a - b),
      share,
    );
  return {
    workload: { kind: 'Deployment', namespace: 'shop', name: 'web' },
    destIp: '203.0.113.66',
    destPort: 443,
    protocol: 'tcp',
    peakPorts,
    peakAt: peakAt as Instant,
    openAtPeak: at(peakAt, (one) => one.shut),
    peakOpen: moments.reduce(
      (most, moment) =>
        Math.max(
          most,
          at(moment, (one) => one.shut),
        ),
      0,
    ),
    began: begins(held).length,
    closed: closed.length,
    openAtStart: openAtStart(held),
    openAtEnd: openAtEnd.length,
    lifeMs: spent((one) => one.shut - one.from, 0.5, lived),
    longLifeMs: spent((one) => one.shut - one.from, 0.9, lived),
    keptMs: spent((one) => one.until - one.shut, 0.5, closed),
    oldestMs: openAtEnd.length === 0 ? null : until - Math.min(...openAtEnd.map((one) => one.from)),
    watched: watched.length,
    silent: watched.filter(isSilent).length,
    addedWatched: added.length,
    addedSilent: added.filter(isSilent).length,
    holders,
  };
};

/** As ClickHouse's `quantileExact` has it. */
const quantile = (sorted: readonly number[], share: number): number | null =>
  sorted.length === 0 ? null : (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] as number);

const podNamed = (uid: string): PodNamed => ({
  uid,
  namespace: 'shop',
  name: uid,
  ip: '10.244.0.2',
  node: 'n1',
  workload: { kind: 'Deployment', namespace: 'shop', name: 'web' },
});
