import type { Instant } from '../base/instant.ts';
import type { Ip } from '../base/ip.ts';
import type { NodeLease, PodLease, Watched } from '../core/attribution/lease.ts';
import type { Engine } from './engine.ts';
import { allLeases, KEPT_SEEN, watchedSpans } from './inventory.ts';
import { inventoryInForce } from './read-flows.ts';
import { sql } from './sql.ts';

/**
 * Drops of the inventory what nobody needs to know who had which address from `from` on. What a lease is can depend on anything that was ever
 * said of the pods that held the address before and after. So it is tried first: where the rest says anything else of that time, all is kept that was
 * said of the pods on the addresses in question, and if that does not help, everything.
 */
export const expireInventory = async (engine: Engine, cluster: string, from: Instant): Promise<void> => {
  const inventory = await inventoryInForce(engine, cluster);
  // A statement of a process that was killed may still be under way, and needs what it was given.
  for (const { seen } of SEEN) await engine.run(`ALTER TABLE ${seen} DELETE WHERE 0 SETTINGS mutations_sync = 1`);
  const before = await saidOf(engine, cluster, from, 'all');
  let spared: readonly string[] = [];
  for (let tries = 0; tries < 2; tries++) {
    await forget(engine);
    for (const { statement } of SEEN)
      await engine.run(sql(`expire/${statement}`), { cluster, inventory, from_ms: from, spared });
    const after = await saidOf(engine, cluster, from, 'kept');
    const ips = new Set(apart(before, after));
    if (ips.size === 0) {
      for (const { seen, expired } of SEEN) await engine.run(sql('expire/seen-drop'), { seen, expired });
      await engine.run(sql('expire/spans-drop'), { table: 'inventory_look', cluster, from_ms: from });
      break;
    }
    spared = [...new Set(before.pods.flatMap(({ podUid, ip }) => (ips.has(ip) ? [podUid] : [])))];
  }
  await forget(engine);
};

const SEEN = [
  { seen: 'pod_seen', expired: 'pod_expired', statement: 'pods' },
  { seen: 'node_seen', expired: 'node_expired', statement: 'nodes' },
] as const;

const forget = async (engine: Engine): Promise<void> => {
  for (const { expired } of SEEN) await engine.run(`TRUNCATE TABLE ${expired}`);
};

interface Said {
  readonly pods: readonly PodLease[];
  readonly nodes: readonly NodeLease[];
  readonly watched: readonly Watched[];
  readonly from: Instant;
}

const saidOf = async (engine: Engine, cluster: string, from: Instant, of: 'all' | 'kept'): Promise<Said> => {
  const seen = of === 'kept' ? KEPT_SEEN : undefined;
  const { podLeases, nodeLeases } = await allLeases(engine, cluster, seen);
  return { pods: podLeases, nodes: nodeLeases, watched: await watchedSpans(engine, cluster, seen), from };
};

/** The addresses of which the two say different things from then on; `::` stands for all. */
const apart = (before: Said, after: Said): readonly (Ip | '::')[] => {
  const [was, is] = [saidFrom(before), saidFrom(after)];
  return [
    ...[...was].flatMap(([said, ip]) => (is.has(said) ? [] : [ip])),
    ...[...is].flatMap(([said, ip]) => (was.has(said) ? [] : [ip])),
  ];
};

const saidFrom = ({ pods, nodes, watched, from }: Said): ReadonlyMap<string, Ip | '::'> => {
  const clip = (at: Instant): number => Math.max(at, from);
  return new Map<string, Ip | '::'>([
    ...pods.flatMap((lease): [string, Ip][] => {
      const { mayFrom, heldFrom, heldUntil, mayUntil, ...who } = lease;
      return mayUntil < from
        ? []
        : [[JSON.stringify([who, ...[mayFrom, heldFrom, heldUntil, mayUntil].map(clip)]), lease.ip]];
    }),
    ...nodes.flatMap((lease): [string, Ip][] => {
      const { mayFrom, mayUntil, ...who } = lease;
      return mayUntil < from ? [] : [[JSON.stringify([who, ...[mayFrom, mayUntil].map(clip)]), lease.ip]];
    }),
    ...watched.flatMap((span): [string, '::'][] =>
      span.until < from ? [] : [[JSON.stringify([clip(span.from), span.until]), '::']],
    ),
  ]);
};
