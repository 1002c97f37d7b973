/**
 * The stand-in for the API server's view of pods. The times at which containers really started and ended come from the run;
 * when the API server heard of it is drawn here, as late as kubelets are.
 */
import type { Random } from '../random.ts';
import type { NodeSpec } from './node-spec.ts';

export interface PodSpec {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly owner: { readonly kind: 'ReplicaSet' | 'DaemonSet' | 'Job'; readonly name: string; readonly uid: string };
  readonly labels: Readonly<Record<string, string>>;
  readonly containers: readonly { readonly name: string; readonly image: string }[];
  readonly hostNetwork: boolean;
  readonly node: NodeSpec;
}

/** What really happened to a pod: true times, ms since the epoch. */
export interface PodLived {
  readonly spec: PodSpec;
  readonly ips: readonly string[];
  readonly createdAt: number;
  readonly scheduledAt: number;
  readonly acceptedAt: number;
  readonly startedAt: number;
  readonly deletionAskedAt: number | null;
  readonly finishedAt: number | null;
  readonly exitCode: number;
}

/** What the API server knows of a pod at some moment. Times are still true ones; rendering applies the node's clock. */
export interface PodKnown {
  readonly lived: PodLived;
  readonly scheduled: boolean;
  readonly accepted: boolean;
  readonly started: boolean;
  readonly deletionAsked: boolean;
  readonly finished: boolean;
}

export interface Change {
  /** When the API server stored it and the watch printed it. */
  readonly at: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly known: PodKnown;
  readonly resourceVersion: number;
}

export const GRACE_SECONDS = 30;
const FIRST_RESOURCE_VERSION = 8_812_340;

/** Everything that the API server stored about these pods, oldest first. */
export const changesOf = (lives: readonly PodLived[], random: Random): readonly Change[] =>
  lives
    .flatMap((lived) => changesOfOne(lived, random))
    .sort((a, b) => a.at - b.at)
    .map((change, i) => ({ ...change, resourceVersion: FIRST_RESOURCE_VERSION + 3 * i }));

const changesOfOne = (lived: PodLived, random: Random): readonly Omit<Change, 'resourceVersion'>[] => {
  const finishSeenAt = lived.finishedAt === null ? null : lived.finishedAt + random.between(200, 900);
  const startSeenAt = lived.startedAt + random.between(300, 1_500);
  let known: PodKnown = {
    lived,
    scheduled: false,
    accepted: false,
    started: false,
    deletionAsked: false,
    finished: false,
  };
  let last = lived.createdAt;
  const changes: Omit<Change, 'resourceVersion'>[] = [{ at: last, type: 'ADDED', known }];
  const change = (at: number, type: Change['type'], news: Partial<PodKnown>): void => {
    last = Math.max(at, last + 2);
    known = { ...known, ...news };
    changes.push({ at: last, type, known });
  };
  change(lived.scheduledAt, 'MODIFIED', { scheduled: true });
  change(lived.acceptedAt + random.between(15, 60), 'MODIFIED', { accepted: true });
  const later: { readonly at: number; readonly news: Partial<PodKnown> }[] = [];
  // A pod that ends before the kubelet reports its start is never seen running.
  if (finishSeenAt === null || startSeenAt < finishSeenAt) later.push({ at: startSeenAt, news: { started: true } });
  if (lived.deletionAskedAt !== null) later.push({ at: lived.deletionAskedAt, news: { deletionAsked: true } });
  if (finishSeenAt !== null) later.push({ at: finishSeenAt, news: { started: true, finished: true } });
  for (const { at, news } of later.sort((a, b) => a.at - b.at)) change(at, 'MODIFIED', news);
  if (lived.deletionAskedAt !== null && finishSeenAt !== null) change(last + random.between(30, 300), 'DELETED', {});
  return changes;
};

/** The pods that a list at that moment returns, in its order. */
export const knownAt = (changes: readonly Change[], at: number): readonly Change[] => knownOver(changes)(at);

/** The same for moments that only grow, each for the price of what changed since the one before. */
export const knownOver = (changes: readonly Change[]): ((at: number) => readonly Change[]) => {
  const latest = new Map<string, Change>();
  let next = 0;
  return (at) => {
    for (let change = changes[next]; change !== undefined && change.at <= at; change = changes[++next]) {
      const { uid } = change.known.lived.spec;
      if (change.type === 'DELETED') latest.delete(uid);
      else latest.set(uid, change);
    }
    return [...latest.values()].sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
  };
};

const placeOf = ({ known }: Change): string => `${known.lived.spec.namespace}/${known.lived.spec.name}`;
