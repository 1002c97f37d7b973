import { isInside, isLocal, isPrivate } from '../../base/address-block.ts';
import { instant } from '../../base/instant.ts';
import { parseCidr } from '../../base/ip.ts';
import type { World } from './attribute.ts';
import type { NodeLease } from './lease.ts';

const pods = parseCidr('10.244.0.0/16');

/** A cluster with nothing in it, whose clocks agree within ten milliseconds; a row says what is there. */
export const worldWith = (rest: Partial<World>): World => ({
  podLeases: [],
  nodeLeases: [],
  watched: [],
  isPodAddress: (ip) => pods.ok && isInside(ip, pods.value),
  isPublic: (ip) => !isPrivate(ip),
  isLocal,
  clockOf: () => ({ offsetMs: 0, uncertaintyMs: 10, pairs: 100 }),
  conntrackGaps: () => [],
  ...rest,
});

export const nodeLease = (node: string, ip: string, rest: Partial<Omit<NodeLease, 'node' | 'ip'>> = {}): NodeLease => ({
  nodeUid: `uid of ${node}`,
  node,
  ip: ip as NodeLease['ip'],
  os: 'linux',
  mayFrom: instant(0),
  mayUntil: instant(10_000_000),
  ...rest,
});
