import type { Instant } from '../base/instant.ts';
import type { Cidr, Ip } from '../base/ip.ts';
import type { NodeLease, PodLease, Watched } from '../core/attribution/lease.ts';
import { type RelayRole, relayLeases, relaysOf } from '../core/attribution/relay.ts';
import type { Engine } from './engine.ts';
import { type Inventory, watchedSpans } from './inventory.ts';
import { ipText } from './ip-text.ts';
import type { Parts } from './parts.ts';
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
  /** Pods that send on others' behalf, each with the stretches of addresses that its flows may leave from. */
  readonly relays: readonly { readonly podUid: string; readonly role: RelayRole; readonly sends: readonly Sends[] }[];
}

/** An address and a time. */
interface Sends {
  readonly ip: Ip;
  readonly from: number;
  readonly until: number;
}

export const NOTHING_BESIDE: Beside = { watched: [], podBlocks: [], gaps: [], objects: [], relays: [] };

export const besideFrom = async (
  { all: engine, each }: Parts,
  cluster: string,
  { podLeases, nodeLeases }: Inventory,
  recordsFrom: Instant,
): Promise<Beside> => {
  const nodesByIp = Map.groupBy(nodeLeases, (lease) => lease.ip);
  const nodesOf = (ip: Ip): readonly string[] => (nodesByIp.get(ip) ?? []).map((lease) => lease.node);
  const [watched, blocks, gaps, silences, objects, relays] = await Promise.all([
    watchedSpans(engine, cluster),
    engine.rows<{ first: string; last: string }>(sql('inventory/pod-blocks'), { cluster }),
    engine.rows<{ ip: string; from_ms: number; until_ms: number }>(sql('inventory/conntrack-gaps'), { cluster }),
    engine.rows<{ from_ms: number; until_ms: number; ips: readonly string[] }>(sql('inventory/conntrack-silence'), {
      cluster,
      kept_ms: recordsFrom,
    }),
    conntrackObjects(each, cluster),
    relaysFrom(engine, cluster, podLeases, nodeLeases),
  ]);
  return {
    watched,
    podBlocks: blocks.map(({ first, last }) => ({ first: ipText(first), last: ipText(last) })),
    gaps: [...gaps, ...silences.flatMap(({ ips, ...silence }) => ips.toSorted().map((ip) => ({ ip, ...silence })))].map(
      ({ ip, from_ms, until_ms }) => ({ ip: ipText(ip), from: from_ms as Instant, until: until_ms as Instant }),
    ),
    objects: objects.map(({ object, ips }) => {
      const told = ips.map(ipText);
      return { object, ips: told, nodes: [...new Set(told.flatMap(nodesOf))].sort() };
    }),
    relays,
  };
};

/** What speaks for which addresses is the same on each part; which lines are there is not. */
const conntrackObjects = async (
  each: readonly Engine[],
  cluster: string,
): Promise<readonly { readonly object: string; readonly ips: readonly string[] }[]> => {
  const found = await Promise.all(
    each.map((engine) =>
      engine.rows<{ object: string; ips: readonly string[] }>(sql('inventory/conntrack-objects'), { cluster }),
    ),
  );
  if (found.length === 1) return found.flat();
  const objects = new Map(found.flat().map((told) => [told.object, told]));
  return [...objects.values()].sort((a, b) => Buffer.compare(Buffer.from(a.object), Buffer.from(b.object)));
};

/** Costs a look at records and lines only where a pod is called like a relay and has to be seen with clients. */
const relaysFrom = async (
  engine: Engine,
  cluster: string,
  podLeases: readonly PodLease[],
  nodeLeases: readonly NodeLease[],
): Promise<Beside['relays']> => {
  const likely = relayLeases(podLeases);
  const asked = likely.filter(({ rule }) => rule.proof === 'clients').map(({ lease }) => lease);
  const counted =
    asked.length === 0
      ? []
      : await engine.rows<{ lease: number; clients: number }>(sql('inventory/relay-clients'), {
          cluster,
          leases: asked.map((_, i) => i),
          ips: asked.map(({ ip }) => ip),
          from: asked.map(({ heldFrom }) => heldFrom),
          until: asked.map(({ heldUntil }) => heldUntil),
          nodes: [...new Set(nodeLeases.map(({ ip }) => ip))],
        });
  const clients = new Map(counted.map((row) => [asked[row.lease], row.clients]));
  const nodeIps = Map.groupBy(nodeLeases, (lease) => lease.node);
  return [...relaysOf(likely, (lease) => clients.get(lease) ?? 0)]
    .map(([podUid, role]) => ({
      podUid,
      role,
      sends: likely
        .filter(({ lease }) => lease.podUid === podUid)
        .flatMap(({ lease }) =>
          [lease.ip, ...new Set((nodeIps.get(lease.node) ?? []).map(({ ip }) => ip))].map((ip) => ({
            ip,
            from: lease.mayFrom,
            until: lease.mayUntil,
          })),
        ),
    }))
    .sort((a, b) => (a.podUid < b.podUid ? -1 : 1));
};

/** Where verdicts can change, as what is beside them did. */
export interface BesideChanged {
  /** Stretches, for all addresses. */
  readonly spans: readonly Watched[];
  readonly gaps: Beside['gaps'];
  /** What pods sent that are relays in only one of the two. */
  readonly relays: readonly Sends[];
  /** Objects that speak for others than before. One that is new has touched what it tells of when it was written; it counts where verdicts may be younger. */
  readonly objects: readonly string[];
  /** Blocks of pod addresses: for all addresses, always. */
  readonly isEverything: boolean;
}

/** `knows`: whether all that was answered with `before` knew each object that had been written, or some may not have. */
export const besideChanged = (before: Beside, after: Beside, knows: 'all' | 'some'): BesideChanged => {
  const known = new Map(before.objects.map((told) => [told.object, JSON.stringify(told)]));
  return {
    spans: watchedInOne(before.watched, after.watched),
    gaps: apart(before.gaps, after.gaps),
    relays: apart(rolesOf(before), rolesOf(after)).flatMap(({ podUid }) =>
      [...before.relays, ...after.relays].filter((relay) => relay.podUid === podUid).flatMap(({ sends }) => sends),
    ),
    objects: after.objects.flatMap((told) => {
      const was = known.get(told.object);
      if (was === JSON.stringify(told) || (was === undefined && knows === 'all')) return [];
      return told.object;
    }),
    isEverything: JSON.stringify(before.podBlocks) !== JSON.stringify(after.podBlocks),
  };
};

/** Where a relay's leases changed, these have touched what they can change. */
const rolesOf = ({ relays }: Beside): readonly { readonly podUid: string; readonly role: RelayRole }[] =>
  relays.map(({ podUid, role }) => ({ podUid, role }));

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
