import type { PodLived } from '../simulator/kube/known.ts';
import type { Random } from '../simulator/random.ts';
import { podAddresses } from './topology.ts';

const WITNESSED_BEFORE_MS = 10_000;
/** Longer than clocks may differ: what a watch saw counts that much less far. */
const WITNESSED_AFTER_MS = 7_000;
/** When the watch begins, before the traffic: the first witness is a change in it. */
export const WATCHED_BEFORE_MS = 12_000;

/**
 * Pods in the inventory only, one long before the traffic and one when all is over. A watch carries no time of its own: a change is
 * what shows that it looked, and where a node's clock is behind, it must have looked before that clock's earliest time.
 */
export const witnesses = (
  lives: readonly PodLived[],
  { zero, endAt }: { readonly zero: number; readonly endAt: number },
  random: Random,
): readonly PodLived[] =>
  [
    { createdAt: zero - WITNESSED_BEFORE_MS, host: 249 },
    { createdAt: endAt + WITNESSED_AFTER_MS, host: 250 },
  ].map(({ createdAt, host }) => witness(lives, createdAt, host, random));

const witness = (lives: readonly PodLived[], createdAt: number, host: number, random: Random): PodLived => {
  const model = lives.find(({ spec }) => spec.owner.kind === 'ReplicaSet') as PodLived;
  const { spec } = model;
  return {
    spec: { ...spec, uid: random.uuid(), name: `${spec.name.slice(0, -5)}${random.suffix(5)}` },
    ips: podAddresses(spec.node, host),
    createdAt,
    scheduledAt: createdAt + 40,
    acceptedAt: createdAt + 120,
    startedAt: createdAt + 1_500,
    deletionAskedAt: null,
    finishedAt: null,
    exitCode: 0,
  };
};
