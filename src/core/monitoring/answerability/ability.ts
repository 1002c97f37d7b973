import type { Truth } from '../three-valued.ts';

/** What a configuration gives a question to work with. */
export const ABILITIES = {
  records: 'flow log records of the nodes, with ports',
  aggregates: 'Traffic Analytics, without the source port',
  'firewall-logs': 'Azure Firewall logs of connections',
  translations: "the nodes' translations (unmasq agent)",
  'watched-leases': 'pods and nodes as they change (unmasq serve --kubernetes)',
  'minute-leases': 'KubePodInventory each minute',
  'coarse-leases': 'pods every few minutes',
  'node-addresses': 'which node has which address',
  'port-metrics': 'metrics of the load balancer or NAT gateway',
  spans: 'spans of requests',
  'span-ports': 'spans that record the local port',
  'log-ids': 'container logs that carry correlation ids',
  'network-logs': 'container network logs',
  'dns-signals': 'logs or metrics of CoreDNS',
  'kernel-counters': "the nodes' connection tracking counters",
} as const;

export type Ability = keyof typeof ABILITIES;
export type Abilities = { readonly [ability in Ability]: Truth };

const NAMES = Object.keys(ABILITIES) as readonly Ability[];

/** Of each ability the best that is made of it. */
export const abilitiesFrom = (of: (ability: Ability) => Truth): Abilities =>
  Object.fromEntries(NAMES.map((ability) => [ability, of(ability)])) as Abilities;

export const withAbilities = (had: Abilities, added: readonly Ability[]): Abilities =>
  abilitiesFrom((ability) => (added.includes(ability) ? true : had[ability]));
