import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ingestInto } from '../bench/unmasq.ts';
import type { Instant } from '../src/base/instant.ts';
import type { Store } from '../src/core/ports.ts';
import { openStore } from '../src/store/open-store.ts';
import { canRun } from './can-run.ts';
import { type Counted, countPorts, type Look } from './count-ports.ts';
import { record } from './record.ts';

const may = await canRun(false);
const QUICK_MS = 50;
/** The figure is a hundredth; how busy the machine is adds to it. */
const MOST_OFF = 0.03;

/** What leaves the cluster; the kernel also counts what stays on the node, which is no flow. */
const isOutside = ({ destIp }: { readonly destIp: string }): boolean => /^(?:203\.0\.113|198\.51\.100)\./.test(destIp);

/** How many ports the pods and nodes hold towards each destination at a moment, as the ledger has it. */
const ledgerAt = async (store: Store, at: number): Promise<ReadonlyMap<string, number>> => {
  const { rows } = await store.ports(
    {
      cluster: 'default',
      from: at as Instant,
      until: (at + 1) as Instant,
      dest: [],
      destPorts: [],
      nodes: [],
      inside: [],
    },
    100_000,
  );
  return new Map(
    rows
      .filter(isOutside)
      .flatMap((row) => row.held.map(({ pod, ports }) => [keyOf({ ...row, originIp: pod?.ip ?? row.nodeIp }), ports])),
  );
};

const keyOf = ({ nodeIp, originIp, destIp, destPort, protocol }: Omit<Counted, 'ports'>): string =>
  `${originIp} at ${nodeIp} to ${destIp}:${destPort}/${protocol}`;

/** The figure of the ledger: what the kernel's own tables hold, second by second. */
test.skipIf(!may.ok)(
  `live: the ports of each pod are what the nodes' connection tracking holds, at every second${may.ok ? '' : ` (skipped: ${may.why})`}`,
  { timeout: 120_000, retry: 2 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'unmasq-ports-'));
    try {
      const looks: Look[] = [];
      await record({
        out: join(folder, 'run'),
        recipe: 'everything',
        seed: 7,
        seconds: Number(process.env['SECONDS'] ?? 12),
        kernelTimeouts: true,
        beside: (node, namespace) => countPorts(node, namespace, looks),
      });
      const store = await openStore({ dataDir: join(folder, 'data') });
      try {
        const seen = ['insights-logs-flowlogflowevent', 'conntrack', 'kube'].map((part) => join(folder, 'run', part));
        await ingestInto(store, seen, 'default');
        await store.attribute('default', Date.now() as Instant);
        // On a busy machine nobody knows when the table was read.
        const quick = looks.filter(({ tookMs }) => tookMs < QUICK_MS);
        let [ports, off] = [0, 0];
        for (const { at, counted } of quick) {
          const truth = new Map(counted.filter(isOutside).map((one) => [keyOf(one), one.ports]));
          const nodeIp = counted[0]?.nodeIp;
          const told = new Map(
            [...(await ledgerAt(store, Math.round(at)))].filter(([key]) => key.includes(` at ${nodeIp} `)),
          );
          const differences = [...new Set([...truth.keys(), ...told.keys()])].map((key) =>
            Math.abs((truth.get(key) ?? 0) - (told.get(key) ?? 0)),
          );
          ports += [...truth.values()].reduce((sum, n) => sum + n, 0);
          off += differences.reduce((sum, n) => sum + n, 0);
        }
        console.log(
          `${quick.length} of ${looks.length} looks, ${ports} ports, ${off} off: ${((100 * off) / ports).toFixed(2)} %`,
        );
        expect(ports).toBeGreaterThan(500);
        expect(off / ports).toBeLessThan(MOST_OFF);
      } finally {
        await store.close();
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
