import { expect, test } from 'vitest';
import { decoderFor } from '../src/formats/decoder-for.ts';
import { changesOf, type PodLived } from '../simulator/kube/known.ts';
import { watchText } from '../simulator/kube/render.ts';
import { createRandom } from '../simulator/random.ts';
import { planNodes, podAddresses } from './topology.ts';
import { WATCHED_BEFORE_MS, witnesses } from './witnesses.ts';

const ZERO = Date.UTC(2026, 10, 23, 3, 0);
const END = ZERO + 20_000;

test('the watch of a run shows that it looked before the slowest clock could say, and when all was over', () => {
  const random = createRandom(1);
  const node = planNodes(2, new Map([[1, -5_000]]), () => random.uuid())[1];
  if (node === undefined) throw new Error('two nodes were asked for');
  const standing: PodLived = {
    spec: {
      uid: random.uuid(),
      namespace: 'shop',
      name: 'web-7f9c6d5b48-x2x8q',
      owner: { kind: 'ReplicaSet', name: 'web-7f9c6d5b48', uid: random.uuid() },
      labels: {},
      containers: [{ name: 'c', image: 'i' }],
      hostNetwork: false,
      node,
    },
    ips: podAddresses(node, 4),
    createdAt: ZERO - 3_600_000,
    scheduledAt: ZERO - 3_600_000,
    acceptedAt: ZERO - 3_600_000,
    startedAt: ZERO - 3_500_000,
    deletionAskedAt: null,
    finishedAt: null,
    exitCode: 0,
  };
  const changes = changesOf([standing, ...witnesses([standing], { zero: ZERO, endAt: END }, random)], random);
  const decoder = decoderFor('kubernetes-watch', { name: 'pods.watch.json', at: null });
  decoder.push(new TextEncoder().encode([...watchText(changes, ZERO - WATCHED_BEFORE_MS, END + 12_000)].join('')));
  decoder.end();
  const [look] = decoder.take().facts.looks;
  expect(look?.from).toBeLessThan(ZERO - 5_000);
  expect(look?.until).toBeGreaterThan(END + 5_000);
});
