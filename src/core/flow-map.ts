import type { Instant } from '../base/instant.ts';
import { type Ip, parseCidr } from '../base/ip.ts';
import { isInside } from '../base/address-block.ts';
import type { ServiceTag } from './egress/azure-resource.ts';
import type { Workload } from './facts.ts';
import type { FlowQuery, FlowRow, PodNamed, VerdictKind } from './ports.ts';

/** Who talks to what, as a map: flows by who sent them and where they went. What is said here the store says in SQL: read/map-edges.sql. */

/** Whether what pods sent is told by their workload or of each by itself. Of what is probable the workload is named alone. */
export const MAP_SENDER = ['workload', 'pod'] as const;
export type MapBySender = (typeof MAP_SENDER)[number];

/**
 * How destinations are taken together. In all but the first two a pod or node of the cluster is one destination, whatever its address; `all`: wherever it
 * went, so that a line is all that a sender sent.
 */
export const MAP_TO = ['address', 'port', 'block', 'host', 'tag', 'all'] as const;
export type MapTo = (typeof MAP_TO)[number];

/** What is left out and counted. */
export const MAP_HIDE = ['dns', 'kube-system', 'azure'] as const;
export type MapHide = (typeof MAP_HIDE)[number];

/** What makes an edge large: how many flows, bytes in both directions, bytes that were sent. */
export const MAP_BY = ['flows', 'bytes', 'sent'] as const;
export type MapBy = (typeof MAP_BY)[number];

/**
 * What a map can be counted from: what senders sent in whole hours and whole minutes, what went to each destination in whole hours, or the flows one by one. What
 * is counted together already comes to the same, to the unit.
 */
export const MAP_TIERS = ['sender-hours', 'sender-minutes', 'destination-hours', 'flows'] as const;
export type MapTier = (typeof MAP_TIERS)[number];

export interface MapQuery extends FlowQuery {
  readonly sender: MapBySender;
  readonly to: MapTo;
  readonly by: MapBy;
  /** The first that fits counts what it hides. */
  readonly hide: readonly MapHide[];
  /** Edges that are told one by one. */
  readonly edges: number;
  /** Only workloads of these namespaces are named, and what sightings of theirs tell; empty: all. */
  readonly named: readonly string[];
}

/** Of a flow that several may have sent the map names nobody: it is in the one group of all these. */
export type MapSender =
  | { readonly kind: 'pod'; readonly uid: string; readonly name: string; readonly workload: Workload }
  | { readonly kind: 'workload'; readonly workload: Workload }
  | { readonly kind: 'node'; readonly node: string }
  /** From outside the cluster: a node only forwarded it. */
  | { readonly kind: 'outside' | 'ambiguous' | 'unattributed' };

export type MapHolder = Extract<MapSender, { readonly kind: 'workload' | 'node' }>;

export type MapDestination = {
  /** Its addresses, at most ten of them, and how many they are. */
  readonly addresses: readonly string[];
  readonly addressCount: number;
} & (
  | MapHolder
  /** `holder`: of the cluster, where one had the address all the time. */
  | { readonly kind: 'address'; readonly ip: string; readonly holder: MapHolder | null }
  | {
      readonly kind: 'port';
      readonly ip: string;
      readonly port: number;
      readonly protocol: string;
      readonly holder: MapHolder | null;
    }
  | { readonly kind: 'block'; readonly block: string }
  | { readonly kind: 'host' | 'tag'; readonly name: string }
  /** Which addresses these are is not told. */
  | { readonly kind: 'all' }
);

export interface MapShare {
  readonly flows: number;
  readonly bytes: number;
}

export interface MapSum {
  readonly byVerdict: Readonly<Record<VerdictKind, MapShare>>;
  readonly bytesOut: number;
  readonly bytesIn: number;
  readonly first: Instant;
  readonly last: Instant;
}

/** One edge, or several: then `to` is null, and `from` is null where their senders have no edge of their own. */
export interface MapEdge extends MapSum {
  readonly from: MapSender | null;
  readonly to: MapDestination | null;
  readonly edges: number;
  readonly senders: number;
  readonly destinations: number;
}

/** What lies on both sides of an edge of the time that is asked about, and is counted whole as nothing finer of it is kept. */
export interface MapUncut {
  readonly edge: 'from' | 'until';
  readonly tier: 'sender-hours' | 'sender-minutes';
  /** The hours or minutes in which these flows ended. */
  readonly from: Instant;
  readonly until: Instant;
  /** All of them; how many were alive in the time that is asked about is not known. */
  readonly flows: number;
  readonly bytes: number;
}

export interface FlowMap {
  /** What it was counted from; none: there is nothing to count. */
  readonly tiers: readonly MapTier[];
  readonly uncut: readonly MapUncut[];
  /**
   * From when on it is answered, and from when on by flows that can be looked at one by one. `summedFirst`: when the first flow began that only sums tell
   * of; null: there is none, or nobody asked.
   */
  readonly kept: { readonly from: Instant; readonly flowsFrom: Instant; readonly summedFirst: Instant | null };
  /** The largest first, those of several edges last. */
  readonly edges: readonly MapEdge[];
  /** Presets that hid nothing are left out. */
  readonly hidden: readonly (MapSum & { readonly preset: MapHide })[];
  /** How many service tags are told; null: nobody asked. */
  readonly serviceTags: number | null;
}

/** Prefixes of blocks: what a team mostly gets of a provider, and what one network has. */
export const BLOCK_BITS = { v4: 24, v6: 64 } as const;

export const mapSenderOf = ({ verdict, pod, probable, node }: FlowRow, by: MapBySender): MapSender => {
  const named = ({ uid, name, workload }: PodNamed): MapSender =>
    by === 'pod' ? { kind: 'pod', uid, name, workload } : { kind: 'workload', workload };
  switch (verdict) {
    case 'exact':
      return pod === null ? { kind: 'unattributed' } : named(pod);
    case 'relayed':
      return pod === null ? { kind: 'outside' } : named(pod);
    case 'probable': {
      const workload = probable?.workload ?? null;
      return workload === null ? { kind: 'ambiguous' } : { kind: 'workload', workload };
    }
    case 'node':
      return { kind: 'node', node: node ?? '' };
    case 'ambiguous':
    case 'unattributed':
      return { kind: verdict };
  }
};

/** Over UDP, TCP and TLS: RFC 1035, RFC 7858. */
export const DNS_PORTS = [53, 853] as const;
/**
 * What a node talks to because it is in Azure: https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16,
 * https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service
 */
export const PLATFORM_IPS = ['168.63.129.16', '169.254.169.254'] as const;
/**
 * Tags of what runs Azure and clusters in it, in lower case. AzureCloud is none of them: it holds whatever anybody runs in Azure.
 * https://learn.microsoft.com/azure/aks/outbound-rules-control-egress, https://learn.microsoft.com/azure/virtual-network/service-tags-overview
 */
export const CONTROL_TAGS = [
  'azureactivedirectory',
  'azuremonitor',
  'azureplatformdns',
  'azureplatformimds',
  'azureplatformlkm',
  'azureresourcemanager',
  'guestandhybridmanagement',
  'microsoftcontainerregistry',
] as const;

export const isHiddenBy = (
  preset: MapHide,
  { destIp, destPort }: Pick<FlowRow, 'destIp' | 'destPort'>,
  from: MapSender,
  tags: readonly ServiceTag[],
): boolean => {
  switch (preset) {
    case 'dns':
      return DNS_PORTS.some((port) => port === destPort);
    case 'kube-system':
      return 'workload' in from && from.workload.namespace === 'kube-system';
    case 'azure':
      return (
        PLATFORM_IPS.some((ip) => ip === destIp) ||
        holdersOf(destIp, tags).some(({ tag }) => CONTROL_TAGS.some((name) => name === tag.id.split('.')[0]))
      );
  }
};

interface Holding {
  readonly tag: ServiceTag;
  readonly length: number;
}

const holdersOf = (ip: string, tags: readonly ServiceTag[]): readonly Holding[] =>
  tags.flatMap((tag) =>
    tag.prefixes.split(' ').flatMap((text) => {
      const block = parseCidr(text);
      return block.ok && isInside(ip as Ip, block.value)
        ? [{ tag, length: Number(text.split('/')[1]) + (text.includes(':') ? 0 : 96) }]
        : [];
    }),
  );

/**
 * The tag that says most of an address: one of a service before AzureCloud, which holds them all; then the narrowest block; then that of a region. null: it is
 * in none.
 */
export const tagOf = (ip: string, tags: readonly ServiceTag[]): string | null => {
  const rank = ({ tag, length }: Holding): readonly (string | number)[] => [
    Number(/^azurecloud(?:\.|$)/i.test(tag.name) || tag.service.toLowerCase() === 'azurecloud'),
    128 - length,
    Number(tag.region === ''),
    tag.name,
  ];
  const first = holdersOf(ip, tags).toSorted((a, b) => compareRanks(rank(a), rank(b)))[0];
  return first?.tag.name ?? null;
};

const compareRanks = (a: readonly (string | number)[], b: readonly (string | number)[]): number => {
  for (const [i, one] of a.entries()) {
    const other = b[i] as typeof one;
    if (one !== other) return one < other ? -1 : 1;
  }
  return 0;
};
