import { expect, test } from 'vitest';
import { type Cidr, type Ip, parseCidr } from '../../base/ip.ts';
import { type ClockOffset, UNMEASURED } from './clock.ts';
import { podLease } from './pod-lease.testing.ts';
import { worldOf } from './world.ts';
import { nodeLease } from './world.testing.ts';

const block = (text: string): Cidr => {
  const parsed = parseCidr(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
};
const [NODE, OTHER, POD, STRANGER] = ['10.224.0.4', '10.224.0.5', '10.244.0.2', '192.0.2.7'] as [Ip, Ip, Ip, Ip];
const measured: ClockOffset = { offsetMs: 40, uncertaintyMs: 5, pairs: 9 };
const pooled: ClockOffset = { offsetMs: 30, uncertaintyMs: 50, pairs: 19 };
const [web, host] = [
  podLease({ podUid: 'web', ip: POD, edges: [0, 0, 10, 10] }),
  podLease({ podUid: 'host', ip: NODE, hostNetwork: true, edges: [0, 0, 10, 10] }),
];
const moved = { ...web, node: 'node-1' };
const node = nodeLease('node-0', NODE);
const world = worldOf({
  podLeases: [moved, web, moved, host],
  nodeLeases: [node],
  watched: [],
  podBlocks: [block('10.244.0.0/24'), block('10.244.1.0/24')],
  clocks: new Map([[NODE, measured]]),
  pooledClock: pooled,
  conntrackGaps: new Map(),
  relays: new Map([['web', 'proxy']]),
});

test.each<[string, unknown, unknown]>([
  ["a host-network pod's address is its node's, not a pod's", world.leasesOf(NODE), []],
  ['an address that several had is theirs', world.leasesOf(POD), [moved, web, moved]],
  ["an address that nobody had is nobody's", [world.leasesOf(STRANGER), world.nodesOf(STRANGER)], [[], []]],
  ['pods are on the node that each lease names', [world.podsOn('node-0'), world.podsOn('node-7')], [[web], []]],
  ['a relay is known by its UID', [world.relayOf('web'), world.relayOf('host')], ['proxy', null]],
  ['a pod that two nodes name is on the first by spelling', world.nodeOfPod('web'), 'node-0'],
  ['a host-network pod is on its node too', world.nodeOfPod('host'), 'node-0'],
  ['a pod that nobody knows is nowhere', world.nodeOfPod('gone'), ''],
  ["an address in any of the blocks is a pod's", world.isPodAddress('10.244.1.9' as Ip), true],
  ['and no other', world.isPodAddress('10.244.2.9' as Ip), false],
  ['asked again it says the same', world.isPodAddress('10.244.2.9' as Ip), false],
  ['the internet is public', [world.isPublic(STRANGER), world.isPublic(NODE)], [true, false]],
  ['a loopback is local', [world.isLocal('127.0.0.1' as Ip), world.isLocal(NODE)], [true, false]],
  ["a measured clock is its node's", world.clockOf(NODE), measured],
  ["of a pod's address the clock is the cluster's", world.clockOf(POD), pooled],
  [
    'of any other it is off as the cluster is, by how much nobody knows',
    world.clockOf(OTHER),
    { ...UNMEASURED, offsetMs: 30 },
  ],
  ['a node of which no gap is known has none', world.conntrackGaps(NODE), []],
])('%s', (_, said, expected) => {
  expect(said).toEqual(expected);
});
