/**
 * How the watch of a cluster does under load: `node test/kube-api-server/load.ts KUBECONFIG PODS EVENTS_A_SECOND` is the API server of the tests with so
 * many pods, and writes a kubeconfig for `unmasq serve --kubernetes`; the load begins when it is watched, and lasts for a minute.
 */
import { writeFileSync } from 'node:fs';
import { KubeApiServer } from './kube-api-server.ts';
import { nodeObject, podObject } from './objects.ts';

const [file = 'kubeconfig', pods = '5000', rate = '0'] = process.argv.slice(2);
const server = new KubeApiServer({ now: () => Date.now(), bookmarkEveryMs: 60_000 });
const NODES = 250;
const born = Date.now() - 3_600_000;
const pod = (i: number, startedAt: number) =>
  podObject(
    {
      uid: `uid-${i}`,
      namespace: i % 50 === 0 ? 'kube-system' : 'shop',
      name: `web-6d4cf56db6-${i}`,
      node: `node-${i % NODES}`,
      createdAt: born,
    },
    {
      acceptedAt: born,
      startedAt,
      ip: `10.${244 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`,
      phase: 'Running',
    },
  );

for (let i = 0; i < NODES; i++) server.put(nodeObject(`node-${i}`, born));
for (let i = 0; i < Number(pods); i++) server.put(pod(i, born));
const url = await server.listen();
writeFileSync(
  file,
  JSON.stringify({
    clusters: [{ name: 'c', cluster: { server: url, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'u', user: {} }],
    contexts: [{ name: 'load', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'load',
  }),
);
console.log(`${url} has ${pods} pods`);
if (Number(rate) > 0) {
  while (server.watching < 2) await new Promise((resolve) => setTimeout(resolve, 100));
  const began = Date.now();
  let sent = 0;

  while (Date.now() - began < 60_000) {
    const due = ((Date.now() - began) / 1_000) * Number(rate);
    for (; sent < due; sent++)
      server.put(pod(sent % Number(pods), born + 1_000 * (1 + Math.floor(sent / Number(pods)))));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  console.log(`${sent} events sent in ${(Date.now() - began) / 1_000} s`);
}
