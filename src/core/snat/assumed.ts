import { type Hold, type HeldAfter, HOLDS, type Translator } from './port-limits.ts';

/** For how long ports are taken to be held, in sentences: what an answer about ports rests on and nobody saw. */

const NAMES: Readonly<Record<Translator, string>> = {
  lb: 'a load balancer',
  'nat-gateway': 'a NAT gateway',
  node: 'a node',
};
const AFTER: Readonly<Record<HeldAfter, string>> = {
  'tcp-fin': 'after FIN',
  'tcp-rst': 'after RST',
  'tcp-half-open': 'without an answer to SYN',
  'tcp-idle': 'in silence',
  'udp-end': 'after the last datagram',
  'udp-idle': 'of datagrams in silence',
};

const time = (seconds: number): string =>
  seconds % 86_400 === 0
    ? `${seconds / 86_400} d`
    : seconds % 60 === 0 && seconds > 600
      ? `${seconds / 60} min`
      : `${seconds} s`;

const says = ({ after, seconds }: Hold, idleMinutes: number | null): string =>
  `${after === 'tcp-idle' && idleMinutes !== null ? `${idleMinutes} min` : time(seconds)} ${AFTER[after]}`;

/** `idleMinutes`: as it is set; null: as it is where nobody sets it. */
export const holdsAssumed = (by: Translator, idleMinutes: number | null = null): string => {
  const holds = HOLDS.filter((one) => one.by === by);
  const isOlder = holds.some(({ rests }) => rests === 'older');
  return [
    `${NAMES[by]} keeps a port ${holds.map((one) => says(one, idleMinutes)).join(', ')}`,
    `after an end it is kept from the same destination alone (cool-down)${isOlder ? "; the times after FIN and RST are those of older copies of Microsoft's page" : ''}`,
  ].join('; ');
};

const seconds = (by: Translator, after: HeldAfter): number =>
  HOLDS.find((one) => one.by === by && one.after === after)?.seconds ?? 0;

/** What a ledger of nodes rests on. */
export const LEDGER_ASSUMED: readonly string[] = [
  `a node holds a port until its connection tracking lets go of it; where that is not told for ${seconds('node', 'tcp-fin')} s after a TCP connection ended, 30 s after datagrams, ten minutes after the last record of what was not seen to end`,
];

/** What is seen of a connection that ended does not tell how. */
export const RESETS_ASSUMED = `connections that were reset are counted as those that ended with FIN (${seconds('lb', 'tcp-fin')} s at a load balancer in place of ${seconds('lb', 'tcp-rst')}): no source tells the two apart, so what they hold is told at the most`;

/** What is said of ports behind the node as well. */
export const PATHS_ASSUMED: readonly string[] = [
  ...LEDGER_ASSUMED,
  `a load balancer keeps each port ${seconds('lb', 'tcp-fin') - seconds('node', 'tcp-fin')} s longer than its node: ${holdsAssumed('lb')}`,
  `connections through a NAT gateway or a firewall count for as long as at their nodes, which is longer than they are kept there: ${holdsAssumed('nat-gateway')}`,
  RESETS_ASSUMED,
];

export const FORECAST_ASSUMED: readonly string[] = [
  ...PATHS_ASSUMED,
  'nodes whose connection tracking was not read hold what ended for as long as these rules say: ports, trend and interval rest on them',
];
