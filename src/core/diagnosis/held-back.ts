import { isPrivate } from '../../base/address-block.ts';
import type { Ip } from '../../base/ip.ts';
import {
  DNS_PORT,
  type DestinationView,
  keyOfCalls,
  namesOf,
  sliceOf,
  SOME,
  sum,
  withSymptom,
} from './destination-view.ts';
import type { Attempts, Calls, Signals } from './signals.ts';

/** Calls that found no way, and left no trace where they would have. */
export interface Traceless {
  /** Their node listened all the while, and could make every entry. */
  readonly held: readonly Calls[];
  /** Of what they were sent to nobody knows whether it is a service's address: of such what stands on the wire is a backend's. */
  readonly toServices: readonly Calls[];
  /** They tell a name alone, and at their port too few were in vain to be them. */
  readonly unplaced: readonly Calls[];
}

/** Calls of which their node shows not even an attempt, though it listened and counts no entry that it could not make. */
export const heldBack = (signals: Signals, destinations: readonly DestinationView[]): Traceless => {
  const { calls, counters, attempts } = signals;
  const lost = new Set(
    counters.filter(({ insertFailed, drop }) => (insertFailed ?? 0) > 0 || (drop ?? 0) > 0).map(({ node }) => node),
  );
  const byKey = new Map(destinations.map((to) => [to.key, to]));
  const byPod = Map.groupBy(attempts, ({ pod }) => pod?.uid);
  // Whose they are nobody knows: they may be anybody's of their node.
  const nobodys = Map.groupBy(byPod.get(undefined) ?? [], ({ node }) => node);
  const names = namesOf(calls);
  const ownOf = ({ podUid, node }: Calls): readonly Attempts[] => [
    ...(byPod.get(podUid) ?? []),
    ...(nobodys.get(node) ?? []),
  ];
  const isUnplaced = (one: Calls): boolean =>
    one.destIp === null &&
    sum(
      ownOf(one).filter(({ destPort }) => one.destPort === 0 || destPort === one.destPort),
      triedInVain,
    ) <
      one.calls * TRIED_OF_CALLS;
  const inVain = withSymptom(calls, ...IN_VAIN);
  const traceless = inVain.filter((one) => {
    if (one.calls < SOME || one.node === null || lost.has(one.node) || !isTracked(one, signals)) return false;
    const to = byKey.get(keyOfCalls(one, names));
    const own = ownOf(one);
    if (to === undefined || to.ip === null)
      return isUnplaced(one) && (ceased(own, one, signals) !== null || isTriedNowhere(own, one, signals));
    const { ip } = to;
    const there = own.filter(({ destIp, destPort }) => destIp === ip && destPort === one.destPort);
    return sum(there, (of) => triedIn(of, one, signals)) < one.calls * TRIED_OF_CALLS;
  });
  const isToService = ({ destIp }: Calls): boolean =>
    destIp !== null && isPrivate(destIp as Ip) && attempts.every((of) => of.destIp !== destIp);
  return {
    held: traceless.filter((one) => !isToService(one)),
    toServices: traceless.filter(isToService),
    unplaced: inVain.filter(isUnplaced),
  };
};

/** Somebody listened to the connections of their node from before the first of them to after the last, and missed nothing. */
const isTracked = ({ node, first, last }: Calls, { tracked }: Signals): boolean =>
  tracked.some(
    (one) =>
      one.node === node &&
      one.from <= first &&
      last <= one.until &&
      one.gaps.every(({ from, until }) => until <= first || last < from),
  );

/** Attempts that may be these calls: all of those that failed, which are told of when somebody gave up, and of the others those of the time. */
const triedIn = (of: Attempts, one: Calls, signals: Signals): number =>
  triedInVain(of) + of.untold + answeredWhile(of, one, signals);

const triedInVain = ({ unanswered, refused, denied }: Attempts): number => unanswered + refused + denied;

const IN_VAIN = ['connect-timeout', 'host-unreachable', 'request-timeout'] as const;
/** More of them show that the pod gets through to the node. */
const TRIED_OF_CALLS = 0.2;

/**
 * Where calls tell a name alone: the one destination at their port that their pod called before and, as they failed, no more, though it calls others. What is
 * slow would still be called.
 */
const ceased = (own: readonly Attempts[], one: Calls, signals: Signals): Attempts | null => {
  const [first, last] = [sliceOf(one.first, signals), sliceOf(one.last, signals)];
  const while_ = (of: Attempts): number => triedIn(of, one, signals);
  const before = (of: Attempts): number => sum(of.answeredBySlice.slice(0, first), (n) => n);
  const quiet = own.filter(
    (of) =>
      of.destPort === one.destPort &&
      while_(of) < one.calls * TRIED_OF_CALLS &&
      // At the rate of before there would have been some.
      (before(of) / Math.max(1, first)) * (last - first + 1) >= SOME,
  );
  const goesOn = own.some((of) => of.destPort !== DNS_PORT && !quiet.includes(of) && while_(of) >= SOME);
  return quiet.length === 1 && goesOn ? (quiet[0] as Attempts) : null;
};

/**
 * Where calls tell a name alone, and that no connection came about: at their port their pod tried nothing, whatever the address is. What is sent to a service
 * of the cluster may stand at another port on the wire.
 */
const isTriedNowhere = (own: readonly Attempts[], one: Calls, signals: Signals): boolean =>
  one.symptom === 'connect-timeout' &&
  one.destPort !== 0 &&
  isOutside(one.destHost, signals) &&
  sum(
    own.filter(({ destPort }) => destPort === one.destPort),
    (of) => triedIn(of, one, signals),
  ) <
    one.calls * TRIED_OF_CALLS;

/** `orders`, `orders.shop`, `orders.shop.svc.cluster.local` are, or may be, names of services. */
const isOutside = (host: string, { calls }: Signals): boolean => {
  const labels = host.split('.');
  return (
    labels.length > 1 &&
    !labels.includes('svc') &&
    !(labels.length === 2 && calls.some(({ namespace }) => namespace === labels[1]))
  );
};

/** Connections that were answered in the parts of the interval in which these calls were told. */
const answeredWhile = ({ answeredBySlice }: Attempts, { first, last }: Calls, of: Signals): number =>
  sum(answeredBySlice.slice(sliceOf(first, of), sliceOf(last, of) + 1), (n) => n);
