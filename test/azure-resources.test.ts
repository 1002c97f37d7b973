import { globSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AzureResource } from '../src/core/egress/azure-resource.ts';
import { egressPathOf } from '../src/core/egress/egress-path.ts';
import { emptyBatch } from './random-world.ts';
import { temporaryStore } from './temporary-store.ts';
import { writeOne } from './write-one.ts';

/** Documents of Azure in the store: told twice they are one, told otherwise the later counts. */

const { engine, store, read, reopened } = await temporaryStore();
const documents = globSync(join(import.meta.dirname, '../src/formats/azure-resource/testdata/*.in.json'));

const gateway = (id: string, idleMinutes: number): AzureResource => ({
  type: 'nat-gateway',
  id,
  sku: null,
  idleMinutes,
  publicIps: [],
});
const tell = (cluster: string, ...resources: readonly AzureResource[]) =>
  writeOne(store, { ...emptyBatch(cluster, 'doc'), format: 'azure-resource', resources });
const idle = async (cluster: string): Promise<readonly (number | null)[]> =>
  [...(await store.network(cluster)).natGateways.values()].map(({ idleMinutes }) => idleMinutes);

test('the same document again changes nothing, another one of the same resource counts, and the first again too', async () => {
  expect(await tell('later', gateway('a', 4), gateway('b', 4))).toEqual({ rows: 2, known: 0 });
  expect(await tell('later', gateway('b', 4), gateway('a', 4))).toEqual({ rows: 0, known: 2 });
  expect(await tell('later', gateway('a', 10))).toEqual({ rows: 1, known: 0 });
  expect(await idle('later')).toEqual([10, 4]);
  expect(await tell('later', gateway('a', 4))).toEqual({ rows: 1, known: 0 });
  expect(await idle('later')).toEqual([4, 4]);
  await engine.run('OPTIMIZE TABLE azure_resource FINAL');
  expect(await idle('later')).toEqual([4, 4]);
  expect(await (await reopened()).network('later')).toEqual(await store.network('later'));
});

test('of two in one document, and of two documents in one write, the later counts', async () => {
  expect(await tell('twice', gateway('a', 4), gateway('a', 5))).toEqual({ rows: 1, known: 1 });
  expect(await idle('twice')).toEqual([5]);
  const batches = [6, 7].map((minutes) => ({
    ...emptyBatch('twice', `doc-${minutes}`),
    format: 'azure-resource' as const,
    resources: [gateway('a', minutes)],
  }));
  expect(await store.write(batches)).toEqual([
    { rows: 1, known: 0 },
    { rows: 1, known: 0 },
  ]);
  expect(await idle('twice')).toEqual([7]);
  await engine.run('OPTIMIZE TABLE azure_resource FINAL');
  expect(await idle('twice')).toEqual([7]);
});

test('clusters are kept apart, and a store without documents knows nothing', async () => {
  await tell('one', gateway('a', 4));
  expect(await idle('other')).toEqual([]);
  expect(await store.network('other')).toMatchObject({ cluster: null, clustersTold: [], subnets: [] });
});

test('what az prints says how packets leave; of service tags only those that matter are read', async () => {
  await read('shop', ...documents);
  const network = await store.network('shop');
  expect([...network.serviceTags.keys()]).toEqual(['azurekeyvault', 'storage', 'storage.westeurope']);
  const to = (ip: string): string => egressPathOf(network, { ip: '10.224.0.4', node: null }, ip).path;
  expect(
    [
      '203.0.113.66',
      '20.60.26.9',
      '20.60.99.9',
      '20.21.34.1',
      '10.225.0.4',
      '10.1.7.7',
      '10.244.1.7',
      '2001:db8::9',
    ].map(to),
  ).toEqual(['firewall', 'service-endpoint', 'unknown', 'service-endpoint', 'private-endpoint', 'vnet', 'vnet', 'lb']);
  expect((await store.sources('shop')).filter(({ kind }) => kind === 'network')).toMatchObject([
    { name: 'Azure resources', rows: 15, rejects: 4, first: null, watermark: null },
  ]);
});
