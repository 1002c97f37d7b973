import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instant } from '../base/instant.ts';
import type { FlowRow, PodNamed } from '../core/ports.ts';
import { flowLine } from './flow-line.ts';

const pod = (uid: string): PodNamed => ({
  uid,
  namespace: 'shop',
  name: `checkout-${uid}`,
  ip: '10.244.1.7',
  node: 'n1',
  workload: { kind: 'Deployment', namespace: 'shop', name: 'checkout' },
});

const ROW: FlowRow = {
  flow: 'f_1',
  cluster: 'default',
  begin: instant(1_795_403_057_003),
  end: null,
  last: instant(1_795_403_058_000),
  node: 'n1',
  srcIp: '10.224.0.4',
  srcPort: 41_822,
  destIp: '203.0.113.66',
  destPort: 443,
  protocol: 'tcp',
  direction: 'outbound',
  decision: 'allowed',
  rule: null,
  packetsOut: 1,
  bytesOut: 2,
  packetsIn: 3,
  bytesIn: '18446744073709551615',
  observedBy: ['flow-log'],
  flows: 1,
  translated: true,
  verdict: 'exact',
  reason: null,
  pod: pod('u1'),
  podPort: 40_001,
  candidates: [],
  chances: [],
  probable: null,
  sighted: null,
  candidateCount: 1,
  evidence: ['translation', 'lease'],
};

test('a translated outbound flow shows node address and SNAT port; the pod is certain', () => {
  expect(flowLine(ROW)).toMatchObject({
    begin: '2026-11-23T03:04:17.003Z',
    end: null,
    nodeIp: '10.224.0.4',
    snatPort: 41_822,
    egressPath: 'unknown',
    bytesIn: '18446744073709551615',
    workload: { kind: 'Deployment', namespace: 'shop', name: 'checkout', confidence: 1 },
    pod: { uid: 'u1', ip: '10.244.1.7', port: 40_001, confidence: 1 },
    candidates: [
      { workload: 'checkout', namespace: 'shop', kind: 'Deployment', pod: 'checkout-u1', podUid: 'u1', probability: 1 },
    ],
    candidateCount: 1,
  });
});

test.each<[string, Partial<FlowRow>, object]>([
  ['a pod address on the wire is no SNAT', { translated: false }, { nodeIp: null, snatPort: null }],
  ['inbound is no SNAT', { direction: 'inbound' }, { nodeIp: null, snatPort: null }],
  ['a private destination stays inside', { destIp: '10.9.0.1' }, { egressPath: 'vnet' }],
  ['a private IPv6 destination stays inside', { destIp: 'fd00::1' }, { egressPath: 'vnet' }],
  [
    'a node flow names the node alone',
    { verdict: 'node', pod: null, candidates: [pod('h')], candidateCount: 2 },
    { workload: null, pod: null, candidates: [{ node: true, probability: 1 }], candidateCount: 1 },
  ],
  [
    'nobody is nobody',
    { verdict: 'unattributed', reason: 'no-lease-then', pod: null, candidateCount: 0 },
    { pod: null, candidates: [], candidateCount: 0 },
  ],
])('%s', (_, change, expected) => {
  expect(flowLine({ ...ROW, ...change })).toMatchObject(expected);
});

test('candidates sum to 1, are ten at most and the rest as others, and never lose the node', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 400 }), fc.boolean(), (pods, orNode) => {
      const listed = Array.from({ length: Math.min(10, pods) }, (_, i) => pod(`u${i}`));
      const line = flowLine({
        ...ROW,
        verdict: 'ambiguous',
        pod: null,
        candidates: orNode ? [...listed, null] : listed,
        candidateCount: pods + (orNode ? 1 : 0),
      });
      const sum = line.candidates.reduce((total, { probability }) => total + probability, 0);
      const others = line.candidates.flatMap((c) => ('others' in c ? [c.others] : []));
      expect(Math.abs(sum - 1)).toBeLessThan(1e-9);
      expect(line.candidates.length - others.length).toBeLessThanOrEqual(10);
      expect(line.candidates.length - others.length + (others[0] ?? 0)).toBe(line.candidateCount);
      expect(line.candidates.some((c) => 'node' in c)).toBe(orNode);
      expect(line.pod).toBe(null);
    }),
  );
});
