import type { Instant } from '../base/instant.ts';
import type { Cidr, Ip } from '../base/ip.ts';
import type { Watched } from '../core/attribution/lease.ts';
import type { Engine } from './engine.ts';
import { watchedSpans } from './inventory.ts';
import { ipText } from './ip-text.ts';
import { sql } from './sql.ts';

/** What verdicts rest on beside records, lines, leases and clocks. */
export interface Beside {
  readonly watched: readonly Watched[];
  /** The blocks that pods get their addresses from. */
  readonly podBlocks: readonly Cidr[];
  /** Stretches, on the node's clock, in which the node with this address lost conntrack lines. */
  readonly gaps: readonly (Watched & { readonly ip: Ip })[];
  /** Each conntrack object: the addresses that it speaks for, and the nodes that have them; none while it shows no translation. */
  readonly objects: readonly {
    readonly object: string;
    readonly ips: readonly Ip[];
    readonly nodes: readonly string[];
  }[];
}

export const NOTHING_BESIDE: Beside = { watched: [], podBlocks: [], gaps: [], objects: [] };

/** `nodesOf` gives the nodes that ever had an address. */
export const besideFrom = async (
  engine: Engine,
  cluster: string,
  nodesOf: (ip: Ip) => readonly string[],
): Promise<Beside> => {
  const [watched, blocks, gaps, objects] = await Promise.all([
    watchedSpans(engine, cluster),
    engine.rows<{ first: string; last: string }>(sql('inventory/pod-blocks'), { cluster }),
    engine.rows<{ ip: string; from_ms: number; until_ms: number }>(sql('inventory/conntrack-gaps'), { cluster }),
    engine.rows<{ object: string; ips: readonly string[] }>(sql('inventory/conntrack-objects'), { cluster }),
  ]);
  return {
    watched,
    podBlocks: blocks.map(({ first, last }) => ({ first: ipText(first), last: ipText(last) })),
    gaps: gaps.map(({ ip, from_ms, until_ms }) => ({
      ip: ipText(ip),
      from: from_ms as Instant,
      until: until_ms as Instant,
    })),
    objects: objects.map(({ object, ips }) => {
      const told = ips.map(ipText);
      return { object, ips: told, nodes: [...new Set(told.flatMap(nodesOf))].sort() };
    }),
  };
};

/** Where verdicts can change, as what is beside them did. */
export interface BesideChanged {
  /** Stretches, for all addresses. */
  readonly spans: readonly Watched[];
  readonly gaps: Beside['gaps'];
  /** Objects that speak for others than before. One that is new has touched what it tells of when it was written. */
  readonly objects: readonly string[];
  /** Blocks of pod addresses: for all addresses, always. */
  readonly isEverything: boolean;
}

export const besideChanged = (before: Beside, after: Beside): BesideChanged => {
  const known = new Map(before.objects.map((told) => [told.object, JSON.stringify(told)]));
  return {
    spans: watchedInOne(before.watched, after.watched),
    gaps: apart(before.gaps, after.gaps),
    objects: after.objects.flatMap((told) => {
      const was = known.get(told.object);
      return was === undefined || was === JSON.stringify(told) ? [] : told.object;
    }),
    isEverything: JSON.stringify(before.podBlocks) !== JSON.stringify(after.podBlocks),
  };
};

/** Stretches that only one of them covers: a watch that goes on is a longer stretch each time, and new only at its end. */
const watchedInOne = (before: readonly Watched[], after: readonly Watched[]): Watched[] => {
  const edges = [...new Set([...before, ...after].flatMap(({ from, until }) => [from, until]))].sort((a, b) => a - b);
  const covers = (spans: readonly Watched[], at: Instant): boolean =>
    spans.some((span) => span.from <= at && at < span.until);
  return edges.flatMap((from, i) => {
    const until = edges[i + 1];
    return until !== undefined && covers(before, from) !== covers(after, from) ? { from, until } : [];
  });
};

/** What only one of them has. */
const apart = <Item>(before: readonly Item[], after: readonly Item[]): Item[] => {
  const [old, now] = [before, after].map((items) => new Map(items.map((item) => [JSON.stringify(item), item]))) as [
    Map<string, Item>,
    Map<string, Item>,
  ];
  return [...[...old].filter(([key]) => !now.has(key)), ...[...now].filter(([key]) => !old.has(key))].map(
    ([, item]) => item,
  );
};
