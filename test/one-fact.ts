import { instant } from '../src/base/instant.ts';
import type { FlowAggregate, NodeSeen, PodSeen } from '../src/core/facts.ts';
import { type EventFact, ip, type RecordFact } from './random-world.ts';

/** Single facts of which nothing is special but what is said: a pod of `node-0`, at 10.244.0.2, calls a server outside. */

export const NODE_IP = '10.224.0.4';
export const TUPLE = { srcIp: NODE_IP, srcPort: 40_000, destIp: '203.0.113.9', destPort: 443, protocol: 6 };

export const recordAt = (at: number, rest: Partial<RecordFact> = {}): RecordFact => ({
  ...TUPLE,
  at,
  state: 0,
  direction: 0,
  bytes: 1,
  ...rest,
});

export const entryAt = (at: number, rest: Partial<EventFact> = {}): EventFact => ({
  ...TUPLE,
  at,
  kind: 0,
  originIp: '10.244.0.2',
  originPort: 50_000,
  startedAt: 0,
  timeout: 0,
  forced: false,
  elsewhere: false,
  ...rest,
});

/** The node of `NODE_IP`, as a list of then has it. */
export const nodeSeen = (at: number, rest: Partial<NodeSeen> = {}): NodeSeen => ({
  uid: 'uid-of-node-0',
  name: 'node-0',
  ips: [ip(NODE_IP)],
  podCidrs: ['10.244.0.0/24'],
  os: 'linux',
  labels: {},
  createdAt: instant(at),
  event: 'listed',
  at: instant(at),
  ...rest,
});

/** As it was made. */
export const podSeen = (name: string, from: number, rest: Partial<PodSeen> = {}): PodSeen => ({
  uid: `uid-of-${name}`,
  namespace: 'shop',
  name,
  node: 'node-0',
  ips: [ip('10.244.0.2')],
  hostIps: [ip(NODE_IP)],
  hostNetwork: false,
  workload: { kind: 'Deployment', namespace: 'shop', name },
  phase: 'Running',
  terminating: false,
  createdAt: instant(from),
  acceptedAt: instant(from),
  startedAt: instant(from),
  finishedAt: null,
  deletionAskedAt: null,
  event: 'added',
  at: instant(from),
  ...rest,
});

/** Twelve flows of an interval, as Traffic Analytics sums them up. */
export const summedUp = (from: number, until: number, rest: Partial<FlowAggregate> = {}): FlowAggregate => ({
  from: instant(from),
  until: instant(until),
  srcIp: ip(TUPLE.srcIp),
  destIp: ip(TUPLE.destIp),
  destPort: TUPLE.destPort,
  protocol: TUPLE.protocol,
  direction: 'outbound',
  decision: 'allowed',
  mac: '000D3A9882CE',
  vm: '',
  rule: 'allow',
  flowsStarted: 12,
  flowsEnded: 12,
  packetsOut: 24n,
  bytesOut: 2_400n,
  packetsIn: 12n,
  bytesIn: 1_200n,
  ...rest,
});
