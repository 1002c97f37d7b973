import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Instant } from '../src/base/instant.ts';
import { IDLE, type WireTuple } from '../src/core/attribution/flow.ts';
import { OPEN } from '../src/core/attribution/lease.ts';
import type { PortsQuery, PortsRow, PortSteps } from '../src/core/ports.ts';
import { inventoryFrom } from '../src/store/inventory.ts';
import { protocolName } from '../src/store/protocol.ts';
import { type CoreFlow, flowsFromCore } from './parity.ts';
import { batchesOf, NOW, type RandomWorld, randomWorld, START } from './random-world.ts';
import { temporaryStore } from './temporary-store.ts';

/*
 * The ports of a node are the connections that hold one: from their begin until the node's connection tracking lets go of them. What SQL counts is
 * what the core's flows give when they are counted one by one, at every moment.
 */

const { engine, store } = await temporaryStore();

interface Held {
  readonly ends: string;
  readonly from: number;
  readonly until: number;
  /** The pod's UID, else the verdict. */
  readonly by: string;
}

const endsOf = ({ srcIp, destIp, destPort, protocol }: WireTuple): string =>
  `${srcIp}>${destIp}:${destPort}/${protocolName(protocol)}`;
const named = ({ nodeIp, destIp, destPort, protocol }: PortsRow): string =>
  `${nodeIp}>${destIp}:${destPort}/${protocol}`;

const LINGER = 120_000;
const DATAGRAM = 30_000;

/** One by one, from the core. */
const heldOf = async (world: RandomWorld, cluster: string): Promise<readonly Held[]> => {
  const { nodeLeases } = await inventoryFrom(engine, cluster);
  const nodeIps = new Set<string>(nodeLeases.map((lease) => lease.ip));
  return (await flowsFromCore(engine, world, cluster)).flatMap((flow) =>
    flow.outbound && !flow.denied && nodeIps.has(flow.tuple.srcIp)
      ? {
          ends: endsOf(flow.tuple),
          from: flow.begin,
          until: heldUntil(flow),
          by: 'podUid' in flow.verdict ? flow.verdict.podUid : flow.verdict.kind,
        }
      : [],
  );
};

const heldUntil = ({ observedBy, ended, begin, last, goneAt, tuple }: CoreFlow): number => {
  // Tenths of a second are kept.
  if (goneAt !== 0) return last + Math.max(0, Math.ceil((goneAt - last) / 100) * 100);
  if (ended) return last + (tuple.protocol === 17 && last - begin <= 2_000 ? DATAGRAM : LINGER);
  return observedBy === 'flow-log' ? last + IDLE : OPEN;
};

const heldAt = (held: readonly Held[], ends: string, at: number): readonly Held[] =>
  held.filter((one) => one.ends === ends && one.from <= at && at < one.until);

/** Up to each step, from what was taken and given back. */
const heldBySteps = ({ taken, given }: PortSteps, step: number): number => {
  const upTo = (changes: readonly number[]): number =>
    changes.slice(0, step + 1).reduce((sum, ports) => sum + ports, 0);
  return upTo(taken) - upTo(given);
};

let worlds = 0;

test('at the peak, at the end and at each step as many are held as one by one, by the same pods', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      randomWorld,
      fc.record({ from: fc.constantFrom(-60_000, 0, 4_000, 61_000), lasts: fc.constantFrom(3_000, 61_000, 5_000_000) }),
      async (world, { from, lasts }) => {
        const cluster = `w${worlds++}`;
        await store.write(batchesOf(world, cluster));
        await store.attribute(cluster, NOW);
        const query: PortsQuery = {
          cluster,
          from: (START + from) as Instant,
          until: (START + from + lasts) as Instant,
          dest: [],
          destPorts: [],
          nodes: [],
          inside: [],
        };
        const held = (await heldOf(world, cluster)).filter(
          (one) => one.from < query.until && one.until > query.from && one.from < one.until,
        );
        const ends = [...new Set(held.map((one) => one.ends))].sort();
        const { rows, destinations } = await store.ports(query, 1_000);
        expect(rows.map(named).sort()).toEqual(ends);
        expect(destinations).toBe(ends.length);
        for (const row of rows) {
          const moments = [query.from, ...held.map((one) => one.from)].filter(
            (at) => query.from <= at && at < query.until,
          );
          const counts = moments.map((at) => heldAt(held, named(row), at).length);
          expect(row.peakPorts).toBe(Math.max(...counts));
          expect(row.peakAt).toBe(Math.min(...moments.filter((_, i) => counts[i] === row.peakPorts)));
          expect(row.portsAtEnd).toBe(heldAt(held, named(row), query.until - 1).length);
          const by = Map.groupBy(heldAt(held, named(row), row.peakAt), (one) => one.by);
          const said = new Map<string, number>();
          for (const { pod, verdict, ports } of row.held)
            said.set(pod?.uid ?? verdict, (said.get(pod?.uid ?? verdict) ?? 0) + ports);
          expect(said).toEqual(new Map([...by].map(([who, all]) => [who, all.length])));
        }
        const few = await store.ports(query, 1);
        expect(few).toEqual({ rows: rows.slice(0, 1), destinations });
        const stepMs = Math.ceil(lasts / 50);
        for (const row of await store.portSteps(query, stepMs)) {
          const own = held.filter(({ ends: e }) => e.startsWith(`${row.nodeIp}>`) && e.endsWith(`/${row.protocol}`));
          for (let step = 0; step * stepMs < lasts; step++) {
            const at = query.from + step * stepMs;
            expect([row.nodeIp, step, heldBySteps(row, step)]).toEqual([
              row.nodeIp,
              step,
              own.filter((one) => one.from <= at && at < one.until).length,
            ]);
          }
        }
      },
    ),
    { numRuns: Number(process.env['PARITY_RUNS'] ?? 6), endOnFailure: process.env['SHRINK'] === undefined },
  );
});
