import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Instant } from '../src/base/instant.ts';
import { IDLE } from '../src/core/attribution/flow.ts';
import { OPEN } from '../src/core/attribution/lease.ts';
import { translationsOf } from '../src/core/attribution/translation.ts';
import type { PortSteps, PortsQuery } from '../src/core/ports.ts';
import type { Engine } from '../src/store/engine.ts';
import { inForce } from '../src/store/inventory-generation.ts';
import { protocolName } from '../src/store/protocol.ts';
import { asEvent, fromCore, tupleText } from './parity.ts';
import { batchesOf, NOW, type RandomWorld, randomWorld, START, tellerOf } from './random-world.ts';
import { temporaryStore } from './temporary-store.ts';

/*
 * The ports of a node are the connections that hold one: entries of its connection tracking as the core tells them apart, and the flows that the
 * log alone saw. What is counted by SQL is what counting them one by one gives, at every moment.
 */

const { engine, store } = await temporaryStore();

interface Held {
  readonly ends: string;
  readonly from: number;
  readonly until: number;
}

const endsOf = (nodeIp: string, destIp: string, destPort: number, protocol: number): string =>
  `${nodeIp}>${destIp}:${destPort}/${protocolName(protocol)}`;

/** One by one, from the core. */
const heldOf = async (world: RandomWorld, cluster: string, of: Engine): Promise<readonly Held[]> => {
  const { inventory } = await inForce(of, cluster);
  const nodeIps = new Set<string>(inventory.nodeLeases.map((lease) => lease.ip));
  const tellers = new Set(world.events.filter((e) => e.originIp !== e.srcIp).map((e) => `${tellerOf(e)} ${e.srcIp}`));
  const told = world.events.filter(
    (e) => nodeIps.has(e.srcIp) && (e.originIp !== e.srcIp || tellers.has(`${tellerOf(e)} ${e.srcIp}`)),
  );
  const entries = [...Map.groupBy(told, tupleText).values()].flatMap((events) => {
    const [{ srcIp, destIp, destPort, protocol }] = events as [(typeof events)[0]];
    return translationsOf(events.map(asEvent)).map((t) => ({
      ends: endsOf(srcIp, destIp, destPort, protocol),
      from: t.seenFrom,
      until: t.mayUntil,
    }));
  });
  const flows = (await fromCore(of, world, cluster)).flatMap((flow) => {
    const [, srcIp = '', destIp = '', destPort = '', protocol = ''] =
      /^(.*):\d+>(.*):(\d+)\/(\d+)$/.exec(flow.tuple) ?? [];
    return flow.observedBy === 'flow-log' && flow.outbound && !flow.denied && nodeIps.has(srcIp)
      ? {
          ends: endsOf(srcIp, destIp, Number(destPort), Number(protocol)),
          from: flow.begin,
          until: flow.ended ? flow.last : flow.last + IDLE,
        }
      : [];
  });
  return [...entries, ...flows].filter(({ from, until }) => from < until);
};

const heldAt = (held: readonly Held[], ends: string, at: number): number =>
  held.filter((one) => one.ends === ends && one.from <= at && at < one.until).length;

const named = (row: { nodeIp: string; destIp: string; destPort: number; protocol: string }): string =>
  `${row.nodeIp}>${row.destIp}:${row.destPort}/${row.protocol}`;

/** Up to each step, from what was taken and given back. */
const heldBySteps = ({ taken, given }: PortSteps, step: number): number =>
  taken.filter((one) => one.step <= step).reduce((sum, { ports }) => sum + ports, 0) -
  given.filter((one) => one.step <= step).reduce((sum, { ports }) => sum + ports, 0);

let worlds = 0;

test('at the peak, at the end and at each step as many are held as one by one', { timeout: 120_000 }, async () => {
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
        };
        const held = (await heldOf(world, cluster, engine)).filter(
          (one) => one.from < query.until && one.until > query.from,
        );
        const rows = await store.ports(query);
        expect(rows.map(named).sort()).toEqual([...new Set(held.map(({ ends }) => ends))].sort());
        for (const row of rows) {
          const moments = [query.from, ...held.map((one) => one.from)].filter(
            (at) => query.from <= at && at < query.until,
          );
          const counts = moments.map((at) => heldAt(held, named(row), at));
          expect(row.peakPorts).toBe(Math.max(...counts));
          expect(row.peakAt).toBe(Math.min(...moments.filter((_, i) => counts[i] === row.peakPorts)));
          expect(row.portsAtEnd).toBe(heldAt(held, named(row), query.until - 1));
          expect(row.held.reduce((sum, { ports }) => sum + ports, 0)).toBe(row.peakPorts);
        }
        const stepMs = Math.ceil(lasts / 50);
        for (const row of await store.portSteps(query, stepMs)) {
          for (let step = 0; step * stepMs < lasts; step++)
            expect([named(row), step, heldBySteps(row, step)]).toEqual([
              named(row),
              step,
              heldAt(held, named(row), query.from + step * stepMs),
            ]);
        }
      },
    ),
    { numRuns: Number(process.env['PARITY_RUNS'] ?? 20), endOnFailure: process.env['SHRINK'] === undefined },
  );
});

test('what a pod is said to hold is what the verdicts say of its flows', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(randomWorld, async (world) => {
      const cluster = `v${worlds++}`;
      await store.write(batchesOf(world, cluster));
      await store.attribute(cluster, NOW);
      const flows = await store.flows({
        cluster,
        from: 0 as Instant,
        until: OPEN,
        dest: [],
        destPorts: [],
        srcPorts: [],
        srcIps: [],
        protocols: [],
        verdicts: ['exact', 'relayed'],
        namespaces: [],
        workloads: [],
        nodes: [],
        flow: null,
        changedSince: null,
        limit: null,
      });
      const senders = new Set(flows.flatMap(({ pod, srcIp, destIp }) => (pod === null ? [] : `${pod.uid} ${srcIp} ${destIp}`)));
      for (const row of await store.ports({ cluster, from: START as Instant, until: (START + 5_000_000) as Instant })) {
        for (const { pod, verdict } of row.held) {
          expect(verdict === 'exact').toBe(pod !== null);
          // A flow that shares its tuple or lies in a gap names nobody, though the entry shows who held the port: so not the other way round.
          if (pod !== null && pod.node === row.node && senders.size > 0) expect(typeof pod.uid).toBe('string');
        }
      }
    }),
    { numRuns: 4 },
  );
});
