import type { Random } from '../random.ts';

/** What a destination does with a connection. */
export type Answer = 'answers' | 'refuses' | 'is-dead' | 'is-denied';

/** An endpoint outside the cluster, by its address and port. */
export interface Destination {
  readonly ip: string;
  readonly ipv6: string | null;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  readonly answer: Answer;
  readonly rttMs: number;
  /** Its share in what is talked to: the n-th has about 1/n of the first. */
  readonly weight: number;
}

const TCP_PORTS = [443, 443, 443, 5432, 6380, 9200, 587, 1433, 8443] as const;
const UDP_PORTS = [53, 8125, 443] as const;
/** The last is a private one in the network beside the cluster's: private endpoints, databases. Pods are masqueraded there too. */
const BLOCKS = ['203.0.113', '198.51.100', '192.0.2', '10.225.0'] as const;
const HOSTS_IN_A_BLOCK = 250;
const ZIPF = 1.1;

/** What the nodes themselves talk to: they come first, so that their places are known. */
export const REGISTRY = 0;
export const STORAGE = 1;
export const TELEMETRY = 2;
export const TIME = 3;
const FIRST_DRAWN = 4;

const MOST_DESTINATIONS = BLOCKS.length * HOSTS_IN_A_BLOCK;

/** Share of answered connections over TCP that end in RST. */
export const RESET = 0.04;

/** Share of connections there that fail: refused, reset, unanswered or denied. */
export const failingShare = ({ answer, protocol }: Destination): number =>
  answer === 'answers' ? (protocol === 'tcp' ? RESET : 0) : 1;

export const planDestinations = (count: number, hasIpv6: boolean, random: Random): readonly Destination[] =>
  Array.from({ length: Math.min(count, MOST_DESTINATIONS) }, (_, i) => {
    const protocol = i === TIME || (i >= FIRST_DRAWN && random.next() < 0.15) ? 'udp' : 'tcp';
    const drawn = random.pick(protocol === 'udp' ? UDP_PORTS : TCP_PORTS);
    const block = i % BLOCKS.length;
    return {
      ip: `${BLOCKS[block]}.${1 + Math.floor(i / BLOCKS.length)}`,
      ipv6: hasIpv6 ? `2001:db8:${(16 + block).toString(16)}::${(1 + i).toString(16)}` : null,
      port: i === TIME ? 123 : i < FIRST_DRAWN ? 443 : drawn,
      protocol,
      answer: answerOf(i, protocol),
      rttMs: random.between(0.4, 30),
      weight: 1 / (1 + i) ** ZIPF,
    };
  });

const KNOWN_HOSTS = [
  'simulated.azurecr.io',
  'simulated.blob.core.windows.net',
  'westeurope-5.in.applicationinsights.azure.com',
];

/** The name by which programs know it. */
export const hostOf = (index: number, { port, ip }: Destination): string => {
  const kind = { 587: 'mail', 1_433: 'sql', 5_432: 'postgres', 6_380: 'redis', 9_200: 'search' }[port] ?? 'api';
  return KNOWN_HOSTS[index] ?? `${kind}-${index}.${ip.startsWith('10.') ? 'internal.example' : 'example.com'}`;
};

/** Few of them, and none among the most popular. */
const answerOf = (i: number, protocol: 'tcp' | 'udp'): Answer => {
  if (i < 8 || protocol === 'udp') return 'answers';
  if (i % 16 === 8) return 'refuses';
  if (i % 16 === 11) return 'is-denied';
  if (i % 16 === 14) return 'is-dead';
  return 'answers';
};
