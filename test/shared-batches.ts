import { instant } from '../src/base/instant.ts';
import type { Batch } from '../src/core/ports.ts';
import type { Pace } from '../src/store/ownership.ts';
import { BATCHES, batchOf } from './numbered-batches.ts';
import { nodeSeen, podSeen } from './one-fact.ts';
import { emptyBatch, ip, START } from './random-world.ts';

/** A process that is not heard of is succeeded within a test's patience. */
export const PACE_OF_TESTS: Pace = { leaseMs: 6_000, beatMs: 400 };

/** The numbered batches, and one that tells of pods and nodes. */
export const SHARED_BATCHES = BATCHES + 1;

export const sharedBatch = (i: number): Batch => (i === BATCHES ? inventory : batchOf(i));

const inventory: Batch = {
  ...emptyBatch('c', 'pods and nodes'),
  format: 'kubernetes-pods',
  nodes: Array.from({ length: 7 }, (_, n) =>
    nodeSeen(START - 60_000, { uid: `uid-of-node-${n}`, name: `node-${n}`, ips: [ip(`10.224.${n}.4`)] }),
  ),
  // What is told of later times has no owner.
  pods: [
    podSeen('web', START - 60_000),
    podSeen('web', START - 60_000, { event: 'deleted', at: instant(START + 1_500) }),
  ],
};
