import type { Instant } from '../../base/instant.ts';
import type { Symptom } from '../symptom.ts';
import type { Attempts, Calls, Signals } from './signals.ts';

/** One destination, as all that tell of it see it. */
export interface DestinationView {
  /** `ip:port`, or the name where no address was told. */
  readonly key: string;
  readonly ip: string | null;
  readonly protocol: string;
  readonly attempts: readonly Attempts[];
  readonly calls: readonly Calls[];
  /** Connections to anywhere of those that failed here. */
  readonly ofItsSenders: number;
  /** How long the interval is. */
  readonly lastsMs: number;
  readonly answered: number;
  readonly unanswered: number;
  readonly refused: number;
  readonly quick: number;
  readonly strained: number;
  readonly old: number;
  readonly strainedOld: number;
  readonly speechless: number;
  /** Connections whose outcome is known. */
  readonly known: number;
  /** Calls that applications told of. */
  readonly told: number;
}

/** TCP goes without saying: what applications tell of names no other. */
export const destinationKey = (ip: string, port: number, protocol = 'tcp'): string =>
  `${ip.includes(':') ? `[${ip}]` : ip}:${port}${protocol === 'tcp' ? '' : `/${protocol}`}`;

/** Where a connection, the ports of some, or a denial lead. */
export const keyOf = (one: { readonly destIp: string; readonly destPort: number; readonly protocol: string }): string =>
  destinationKey(one.destIp, one.destPort, one.protocol);

/** Destinations by what is known of them, those with a name alone by their name. DNS is looked at for itself. */
export const destinationsOf = ({
  attempts,
  calls,
  from,
  until,
}: Pick<Signals, 'attempts' | 'calls' | 'from' | 'until'>): readonly DestinationView[] => {
  const wire = Map.groupBy(
    attempts.filter(({ destPort }) => destPort !== DNS_PORT),
    keyOf,
  );
  const byName = namesOf(calls);
  const told = Map.groupBy(
    calls.filter((one) => (one.destIp !== null || one.destHost !== '') && one.destPort !== DNS_PORT),
    (one) => {
      const key = keyOfCalls(one, byName);
      // Where nothing else is there, a service of UDP is meant.
      return wire.has(key) || !wire.has(`${key}/udp`) ? key : `${key}/udp`;
    },
  );
  const bySender = Map.groupBy(attempts, senderOf);
  const ofSender = new Map([...bySender].map(([sender, of]) => [sender, sum(of, knownOf)]));
  return [...new Set([...wire.keys(), ...told.keys()])].map((key) => {
    const failing = new Set((wire.get(key) ?? []).filter(({ troubleFrom }) => troubleFrom !== null).map(senderOf));
    const ofItsSenders = sum([...failing], (sender) => ofSender.get(sender) ?? 0);
    return { ...viewOf(key, wire.get(key) ?? [], told.get(key) ?? []), ofItsSenders, lastsMs: until - from };
  });
};

const senderOf = ({ pod, srcIp }: Attempts): string => pod?.uid ?? srcIp;
const knownOf = ({ answered, unanswered, refused, denied }: Attempts): number =>
  answered + unanswered + refused + denied;

export const DNS_PORT = 53;

/** Names whose address other calls tell. */
export const namesOf = (calls: readonly Calls[]): ReadonlyMap<string, string> =>
  new Map(
    calls.flatMap(({ destIp, destPort, destHost }) =>
      destIp !== null && destHost !== '' && destHost !== destIp
        ? [[`${destHost}:${destPort}`, destinationKey(destIp, destPort)] as const]
        : [],
    ),
  );

export const keyOfCalls = ({ destIp, destPort, destHost }: Calls, byName: ReadonlyMap<string, string>): string =>
  destIp !== null
    ? destinationKey(destIp, destPort)
    : (byName.get(`${destHost}:${destPort}`) ?? `${destHost}:${destPort}`);

const viewOf = (
  key: string,
  attempts: readonly Attempts[],
  calls: readonly Calls[],
): Omit<DestinationView, 'ofItsSenders' | 'lastsMs'> => {
  const of = (
    member: keyof Attempts &
      ('answered' | 'unanswered' | 'refused' | 'denied' | 'quick' | 'strained' | 'old' | 'strainedOld' | 'speechless'),
  ): number => sum(attempts, (one) => one[member]);
  const [answered, unanswered, refused, denied] = [of('answered'), of('unanswered'), of('refused'), of('denied')];
  const [any] = attempts;
  return {
    key,
    ip: any?.destIp ?? calls.find(({ destIp }) => destIp !== null)?.destIp ?? null,
    protocol: any?.protocol ?? 'tcp',
    attempts,
    calls,
    answered,
    unanswered,
    refused,
    quick: of('quick'),
    strained: of('strained'),
    old: of('old'),
    strainedOld: of('strainedOld'),
    speechless: of('speechless'),
    known: answered + unanswered + refused + denied,
    told: sum(calls, (one) => one.calls),
  };
};

export const sum = <Item>(items: readonly Item[], of: (item: Item) => number): number =>
  items.reduce((total, item) => total + of(item), 0);

/** Which of the parts of the interval, in which senders' connections are counted, a moment is in. */
export const sliceOf = (at: Instant, { from, until, attempts }: Pick<Signals, 'from' | 'until' | 'attempts'>): number =>
  Math.floor(((at - from) * (attempts[0]?.answeredBySlice.length ?? 1)) / (until - from));

export const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

export const withSymptom = (calls: readonly Calls[], ...symptoms: readonly (Symptom | 'failed')[]): readonly Calls[] =>
  calls.filter(({ symptom }) => symptom !== null && symptoms.includes(symptom));

/** Of many names a few show what is meant. */
export const firstOf = (names: readonly string[]): string =>
  names.length <= NAMED ? names.join(', ') : `${names.slice(0, NAMED).join(', ')} and ${names.length - NAMED} more`;
const NAMED = 5;

export const earliest = (times: readonly (Instant | null)[]): Instant | null =>
  times.reduce((least, time) => (time !== null && (least === null || time < least) ? time : least), null);

/** Fewer of anything fail somewhere all the time. */
export const SOME = 3;

/** A count and a share, below which trouble is taken for the ordinary kind: somewhere something fails now and then. */
export const isNotable = (failed: number, of: number): boolean =>
  (failed >= 5 && share(failed, of) >= 0.04) || (failed >= 3 && share(failed, of) >= 0.25);

/** Syslog, StatsD and their like are sent and never answered: of a destination of UDP that answered nobody its silence tells nothing. */
export const neverAnswers = ({ protocol, answered, calls }: DestinationView): boolean =>
  protocol !== 'tcp' && answered === 0 && calls.every(({ symptom }) => symptom === null);

/** A sender that fails so often, and with so much of what it does, somebody notices, whatever it was before. */
const OFTEN = 10;
const MUCH_OF_SENDERS = 0.1;

/**
 * What never answered anybody is no incident where it is tried now and then: somebody calls a port at which nothing listens, or an address that is long
 * gone. For whoever calls nothing else, or little, it is one.
 */
export const isIncident = ({ answered, calls, ofItsSenders }: DestinationView, failed: number): boolean =>
  answered > 0 ||
  calls.some(({ symptom }) => symptom === null) ||
  (failed >= OFTEN && share(failed, Math.max(ofItsSenders, failed)) >= MUCH_OF_SENDERS);
