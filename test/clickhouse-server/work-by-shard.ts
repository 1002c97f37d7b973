import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { dataFor } from '../../bench/data.ts';
import { inScratch } from '../../bench/place.ts';
import { ingestInto } from '../../bench/unmasq.ts';
import { instant } from '../../src/base/instant.ts';
import { EVERYTHING } from '../../src/core/retention.ts';
import { attributeCluster } from '../../src/store/attribution/attribute-cluster.ts';
import { Gate } from '../../src/store/gate.ts';
import { refreshInventory } from '../../src/store/inventory-generation.ts';
import { openServer } from '../../src/store/open-store.ts';
import { startCluster } from './start-clickhouse.ts';

/**
 * `npm run shards -- [--flows N] [--nodes N] [--seed N]`: the CPU that attribution of one simulated hour takes on one shard, and on each of two by
 * itself: the server's and what this process does with its rows. All that is known of the cluster as a whole counts with the larger of the two.
 */
const { values } = parseArgs({
  options: {
    flows: { type: 'string', default: '1600000' },
    nodes: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
  },
});
const [flows, nodes, seed] = [Number(values.flows), Number(values.nodes), Number(values.seed)];

const CLUSTER = 'shards';
const LONG_AFTER = instant(Date.UTC(2100, 0));

/** Of a process so far, in hundredths of a second as Linux counts. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
const serverSeconds = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
};

const ownSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

const onShards = (
  shards: number,
  paths: readonly string[],
): Promise<{ readonly shared: number; readonly passes: readonly number[] }> =>
  inScratch(async (folder) => {
    const cluster = await startCluster(folder, shards);
    const world = { nonce: `abcdef${shards}0000000`, elapsedMs: () => performance.now() };
    const { parts, store } = await openServer(cluster.at, world);
    const spent = async <Value>(
      work: () => Promise<Value>,
    ): Promise<{ readonly seconds: number; readonly value: Value }> => {
      const all = (): number => cluster.servers.reduce((sum, { pid }) => sum + serverSeconds(pid), ownSeconds());
      const before = all();
      const value = await work();
      return { seconds: all() - before, value };
    };
    try {
      await ingestInto(store, paths, CLUSTER);
      // Its numbers come after those of the store.
      const gate = new Gate(1_000_000);
      const shared = await spent(() => refreshInventory(parts, CLUSTER, () => gate.next(), EVERYTHING.records));
      const passes: number[] = [];
      for (const [place, part] of parts.each.entries()) {
        const { seconds, value } = await spent(() =>
          attributeCluster(
            { ...parts, each: [part] },
            [{ place: 0, gate }],
            CLUSTER,
            EVERYTHING,
            LONG_AFTER,
            () => undefined,
          ),
        );
        console.log(`${shards} shards, shard ${place + 1}: ${value.flows} flows, ${seconds.toFixed(2)} s`);
        passes.push(seconds);
      }
      console.log(`${shards} shards: ${shared.seconds.toFixed(2)} s for leases, clocks and the like`);
      return { shared: shared.seconds, passes };
    } finally {
      await store.close();
      await cluster.stop();
    }
  });

const data = await dataFor({ flows, nodes, seed, podsPerNode: 20 });
const paths = [...data.kube, ...data.conntrack, ...data.blobs];
const [one, two] = [await onShards(1, paths), await onShards(2, paths)];
const whole = one.shared + Math.max(...one.passes);
const larger = two.shared + Math.max(...two.passes);
console.log(
  `one shard ${whole.toFixed(2)} s, the larger of two ${larger.toFixed(2)} s: ${(whole / larger).toFixed(2)} times the work per core`,
);
