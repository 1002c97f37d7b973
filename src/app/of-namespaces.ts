import { plural } from '../base/number-text.ts';
import type { PortsQuery, SignalsQuery, Store, StoreSignals } from '../core/ports.ts';

/** Ports that are asked about of all pods, or of those of some namespaces. */
export interface PortsAsked extends PortsQuery {
  /** Absent or empty: of all. */
  readonly namespaces?: readonly string[];
}

/** So many are read where those of some namespaces are to be found among them. */
const READ = 10_000;

export const isNarrowed = ({ namespaces = [] }: PortsAsked): boolean => namespaces.length > 0;

/** How many to read, that `limit` of them are of the namespaces. */
export const readFor = ({ namespaces = [] }: PortsAsked, limit: number): number =>
  namespaces.length === 0 ? limit : Math.max(READ, limit);

/** What is of one of the namespaces; with none named all is. */
export const isOf =
  (namespaces: readonly string[] = []) =>
  (of: { readonly namespace: string } | null): boolean =>
    namespaces.length === 0 || (of !== null && namespaces.includes(of.namespace));

const named = (namespaces: readonly string[]): string => namespaces.join(', ');

/** What is told of the namespaces alone, and what cannot be. */
export const portsNarrowed = (
  { namespaces = [] }: PortsAsked,
  { read, of }: { readonly read: number; readonly of: number },
): readonly string[] =>
  namespaces.length === 0
    ? []
    : [
        `holders are pods of ${named(namespaces)} alone, at the peak; what nodes hold, and what they may have, is of all pods`,
        ...(read < of ? [`only the ${read} that held most, of ${of}, were searched for them`] : []),
      ];

const unnamedIn = ({ attempts }: StoreSignals): number =>
  attempts
    .filter(({ pod }) => pod === null)
    .reduce(
      (sum, { answered, unanswered, refused, denied, untold }) =>
        sum + answered + unanswered + refused + denied + untold,
      0,
    );

/** What of a diagnosis is of the pods of some namespaces, and what is not. */
export interface Narrowed {
  readonly signals: StoreSignals;
  readonly assumed: readonly string[];
}

/** Signals of the pods of some namespaces; what nodes count, and what is shared, stays whole. */
export const signalsOfNamespaces = async (
  store: Pick<Store, 'podsTold'>,
  { cluster, from, until }: Pick<SignalsQuery, 'cluster' | 'from' | 'until'>,
  told: StoreSignals,
  namespaces: readonly string[],
): Promise<Narrowed> => {
  if (namespaces.length === 0) return { signals: told, assumed: [] };
  const isOurs = isOf(namespaces);
  const attempts = told.attempts.filter(({ pod }) => isOurs(pod));
  const { lookups, denials } = told;
  // Whose question it was is not told to a reader of other namespaces, and a DNS server asks for everybody.
  const isWhole = ({ srcIp, isDnsServer }: (typeof lookups)[number]): boolean => isDnsServer || srcIp === '::';
  const asking = new Set([...lookups.filter((one) => !isWhole(one)), ...denials].map(({ srcIp }) => srcIp));
  const leases = (
    asking.size === 0 ? [] : await store.podsTold(cluster, { uids: [], names: [], ips: [...asking] })
  ).filter(({ mayFrom, mayUntil }) => mayFrom < until && (mayUntil ?? until) >= from);
  const holders = Map.groupBy(leases, ({ ip }): string => ip);
  // An address of a node is that of every pod on its host network, and one that went from pod to pod may be either's.
  const isNamed = (ip: string): boolean => {
    const held = holders.get(ip) ?? [];
    return (
      held.length > 0 && held.every(({ hostNetwork, namespace }) => !hostNetwork && namespace === held[0]?.namespace)
    );
  };
  const isTheirs = (ip: string): boolean => isNamed(ip) && isOurs(holders.get(ip)?.[0] ?? null);
  const tried = new Set(attempts.map(endOf));
  const signals = {
    ...told,
    attempts,
    calls: told.calls.filter(isOurs),
    ends: told.ends.filter(isOurs),
    podPorts: told.podPorts.filter(({ pod }) => isOurs(pod)),
    denials: denials.filter((one) => isTheirs(one.srcIp) || tried.has(endOf(one))),
    lookups: lookups.filter((one) => isWhole(one) || isTheirs(one.srcIp)),
  };
  const unnamed = unnamedIn(told);
  const senders = [...asking].filter((ip) => !isNamed(ip)).length;
  return {
    signals,
    assumed: [
      `of pods of ${named(namespaces)} alone: connections, calls, questions to DNS servers, denials, ports of pods, pods that end`,
      'of nodes as wholes, whosever pods they are: tables of connection tracking, ports of nodes, load balancers, NAT gateways and firewalls, how DNS servers fare',
      ...(unnamed === 0 ? [] : [`${plural(unnamed, 'connection')} left out: they name no pod for certain`]),
      ...(senders === 0
        ? []
        : [
            `${plural(senders, 'sender')} of questions to DNS servers, or of what was denied, left out: no pod had the address for certain`,
          ]),
    ],
  };
};

const endOf = ({
  srcIp,
  destIp,
  destPort,
  protocol,
}: Pick<StoreSignals['denials'][number], 'srcIp' | 'destIp' | 'destPort' | 'protocol'>): string =>
  `${srcIp} ${destIp} ${destPort} ${protocol}`;
