import { instant } from '../../base/instant.ts';
import { parseCidr } from '../../base/ip.ts';
import { UNMEASURED } from './clock.ts';
import type { NodeLease } from './lease.ts';
import { type Known, type World, worldOf } from './world.ts';

const pods = parseCidr('10.244.0.0/16');

/** A cluster with nothing in it, whose clocks agree within ten milliseconds; a row says what is there. */
export const worldWith = ({
  podLeases = [],
  nodeLeases = [],
  watched = [],
  relays = new Map(),
  ...rest
}: Partial<World & Pick<Known, 'podLeases' | 'nodeLeases' | 'relays'>>): World => ({
  ...worldOf({
    podLeases,
    nodeLeases,
    watched,
    podBlocks: pods.ok ? [pods.value] : [],
    clocks: new Map(),
    pooledClock: UNMEASURED,
    conntrackGaps: new Map(),
    relays,
  }),
  clockOf: () => ({ offsetMs: 0, uncertaintyMs: 10, pairs: 100 }),
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
