import type { Holding } from './holding.ts';
import { isOfManyPods, type Judged, patternOf } from './pattern.ts';
import { type Pooling, poolingOf, type Reuse, reuseOf, reuseSaid } from './reuse.ts';

/** What a holding is, what it rests on, and what mends it. */
export interface Advice extends Judged {
  readonly reuse: Reuse | null;
  readonly pooling: Pooling | null;
  /** One sentence. */
  readonly why: string;
  /** What to do, the best first; empty: nothing that the data show. */
  readonly fixes: readonly string[];
  /** What is not known and would change the advice. */
  readonly unknown: readonly string[];
}

export const adviceOn = (holding: Holding, ms: number): Advice => {
  const judged = patternOf(holding, ms);
  const reuse = reuseOf(holding);
  const pooling = judged.pattern === 'churn' && holding.protocol === 'tcp' ? poolingOf(holding, reuse, ms) : null;
  return { ...judged, reuse, pooling, ...SAID[judged.pattern]({ holding, ms, judged, reuse, pooling }) };
};

interface Case {
  readonly holding: Holding;
  readonly ms: number;
  readonly judged: Judged;
  readonly reuse: Reuse | null;
  readonly pooling: Pooling | null;
}
type Said = Pick<Advice, 'why' | 'fixes' | 'unknown'>;

const churn = ({ holding, ms, reuse, pooling }: Case): Said => {
  const { peakPorts, openAtPeak, began, lifeMs, keptMs, protocol } = holding;
  const perSecond = (began * 1_000) / ms;
  const why = `${n(peakPorts - openAtPeak)} of ${n(peakPorts)} ports were held by connections that had ended: ${rate(perSecond)} began, open for ${time(lifeMs)}, and each port stayed taken for ${time(keptMs)} more`;
  if (protocol === 'udp')
    return {
      why,
      fixes: ['Send from one socket, or keep answers for longer: each new source port takes a port of the node.'],
      unknown: [],
    };
  const said = reuseSaid(reuse);
  if (said === 'reused')
    return {
      why,
      fixes: [
        `Let connections live longer: they carry ${ratio(reuse)} requests each already, so what ends them is a limit on requests or idle time, of the client or of the other side.`,
        MORE_PORTS,
      ],
      unknown: [],
    };
  if (pooling !== null)
    return {
      why,
      fixes: [
        `Reuse connections (one client for each process, keep-alive, a pool): they carry ${ratio(reuse)} requests each. About ${n(pooling.ports)} open ones would do, ${pooling.factor.toFixed(pooling.factor < 10 ? 1 : 0)} times fewer ports${pooling.assumes === null ? '' : `, if ${pooling.assumes}`}.`,
        UNTIL_THEN,
      ],
      unknown: [],
    };
  return said === 'not-reused'
    ? { why, fixes: [MORE_PORTS], unknown: [] }
    : {
        why,
        fixes: [
          'See whether connections are reused: one client for each process, keep-alive, a pool. Each that is not opened spares a port for as long as it is kept.',
          UNTIL_THEN,
        ],
        unknown: [NOT_SEEN[said]],
      };
};

const NOT_SEEN = {
  unseen:
    'requests are not seen: spans or logs of its calls would tell how many each connection carries, and what a pool would spare',
  'few-told': 'too few requests are told to say how many each connection carries',
  'partly-told':
    'fewer requests are told than there are connections, so some are not told: how many each connection carries is not known',
  unclear:
    'lines of logs may be of one request or of several: spans would tell how many requests each connection carries',
} as const;

const UNTIL_THEN =
  'Until then more ports: a NAT gateway, addresses, or a private endpoint where the other side is Azure’s.';
const MORE_PORTS =
  'More ports: a private endpoint where the other side is Azure’s, addresses, or a NAT gateway (unmasq snat plan).';

const leak = ({ holding, judged }: Case): Said => {
  const { openAtStart, openAtEnd, began, closed, oldestMs, addedWatched, addedSilent } = holding;
  return {
    why: `open connections grow steadily, ${n(openAtStart)} to ${n(openAtEnd)} (${n(judged.growth?.perHour ?? 0)} an hour): ${n(began)} began and ${n(closed)} closed; the oldest has been open for ${time(oldestMs)}, and of ${n(addedWatched)} that began in the first two thirds ${n(addedSilent)} were silent for the last five minutes`,
    fixes: [
      'Close what is no longer used: dispose of responses and clients, on the paths of errors too.',
      'Set limits that end them: idle time and age of pooled connections, timeouts of requests.',
      'A restart of the workload gives the ports back; more ports only win time.',
    ],
    unknown: [],
  };
};

/** Of what is open so little is in flight that pools could be smaller. */
const MOSTLY_IDLE = 0.25;

const fanOut = ({ holding, ms, reuse }: Case): Said => {
  const { peakPorts, openAtPeak, holders, watched, silent, openAtEnd, protocol } = holding;
  const isMany = isOfManyPods(holding);
  const pods = holders.filter(({ portsAtPeak }) => portsAtPeak > 0);
  const most = pods.reduce((a, { portsAtPeak }) => Math.max(a, portsAtPeak), 0);
  const inFlight = reuse === null || reuse.meanMs === null ? null : (reuse.requests * reuse.meanMs) / ms;
  const share = reuse === null ? 0 : reuse.connections / Math.max(1, sumOf(holders.map(({ carried }) => carried)));
  const isIdle =
    (watched >= openAtEnd / 2 && silent > watched / 2) ||
    (inFlight !== null && reuse?.share !== null && inFlight < openAtPeak * share * MOSTLY_IDLE);
  return {
    why: `${n(openAtPeak)} of ${n(peakPorts)} ports were of connections that were open at once, ${isMany ? `of ${n(pods.length)} pods with at most ${n(most)} each` : `up to ${n(most)} of one pod`}${inFlight === null ? '' : `; about ${inFlight.toFixed(inFlight < 10 ? 1 : 0)} requests were in flight, as told`}`,
    fixes: [
      ...(isIdle
        ? ['Make pools smaller, or let idle connections end sooner: most of what is open is not in use.']
        : []),
      'A private endpoint where the other side is Azure’s: its connections take no SNAT ports.',
      'More addresses or a NAT gateway (unmasq snat plan).',
      ...(isMany
        ? ['A proxy or gateway in the cluster that shares connections between the pods.']
        : protocol === 'tcp'
          ? [
              'Spread the work over pods on more nodes, as each node has ports of its own; or several requests on one connection (HTTP/2).',
            ]
          : []),
    ],
    unknown: [],
  };
};

const SAID: Readonly<Record<Judged['pattern'], (of: Case) => Said>> = {
  churn,
  leak,
  'fan-out': fanOut,
  none: ({ holding: { peakPorts, openAtPeak } }) => ({
    why: `${n(peakPorts)} ports, ${n(openAtPeak)} of open connections: few pods, and few of each`,
    fixes: [],
    unknown: [],
  }),
  'not-enough-data': ({ judged: { lacks } }) => ({ why: lacks, fixes: [], unknown: [] }),
};

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0);

const n = (count: number): string => Math.round(count).toLocaleString('en-US');

const ratio = (reuse: Reuse | null): string => (reuse === null ? '?' : reuse.perConnection.toFixed(1));

const rate = (perSecond: number): string =>
  perSecond >= 1 ? `${perSecond.toFixed(perSecond < 10 ? 1 : 0)} a second` : `${(perSecond * 60).toFixed(1)} a minute`;

const time = (ms: number | null): string =>
  ms === null
    ? 'an unknown time'
    : ms < 1_000
      ? `${Math.round(ms)} ms`
      : ms < 120_000
        ? `${Number((ms / 1_000).toFixed(1))} s`
        : ms < 7_200_000
          ? `${Math.round(ms / 60_000)} min`
          : `${Number((ms / 3_600_000).toFixed(1))} h`;
