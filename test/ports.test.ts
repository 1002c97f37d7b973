import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Instant } from '../src/base/instant.ts';
import type { PortsQuery, PortsRow, PortSteps } from '../src/core/ports.ts';
import { type HeldPort, heldPorts } from './held-ports.ts';
import { batchesOf, NOW, randomWorld, START } from './random-world.ts';
import { temporaryStore } from './temporary-store.ts';

/*
 * The ports of a node are the connections that hold one: from their begin until the node's connection tracking lets go of them. What SQL counts is
 * what the core's flows give when they are counted one by one, at every moment.
 */

const { engine, store } = await temporaryStore();

type Held = HeldPort & { readonly ends: string };

const named = ({ nodeIp, destIp, destPort, protocol }: Pick<PortsRow, 'nodeIp' | 'destIp' | 'destPort' | 'protocol'>) =>
  `${nodeIp}>${destIp}:${destPort}/${protocol}`;

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
        const held = (await heldPorts(engine, world, cluster))
          .filter((one) => one.from < query.until && one.until > query.from)
          .map((one): Held => ({ ...one, ends: named(one) }));
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
