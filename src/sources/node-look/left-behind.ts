import { type Instant, parseInstant, SECOND } from '../../base/instant.ts';
import { listOf, member, memberAt, textOf } from '../../formats/json/json-value.ts';
import { INSTANCE } from './debug-pod.ts';

/** Whoever looks still reads the log of a pod that ended, and deletes it then. */
const READING_MS = 10 * SECOND;
/** Clocks of servers that one cluster has, and a kubelet that was slow to end it. */
const LATE_MS = 60 * SECOND;

/**
 * The debugging pods, of all that there are, of looks that were killed: those that are past their time, and those of which every one of the same look
 * has ended and was not deleted since. A look that goes on at the same time keeps what it still reads. `at` is the API server's time.
 */
export const leftBehind = (pods: readonly unknown[], at: Instant): readonly unknown[] =>
  [...Map.groupBy(pods, runOf).values()].flatMap((ofRun) =>
    ofRun.every((pod) => hasEndedBefore(pod, at - READING_MS)) ? ofRun : ofRun.filter((pod) => isPast(pod, at)),
  );

const runOf = (pod: unknown): string => textOf(member(memberAt(pod, 'metadata', 'labels'), INSTANCE));

const hasEndedBefore = (pod: unknown, at: number): boolean => {
  const [container] = listOf(memberAt(pod, 'status', 'containerStatuses'));
  const finished = parseInstant(textOf(memberAt(container, 'state', 'terminated', 'finishedAt')));
  return finished.ok && finished.value < at;
};

const isPast = (pod: unknown, at: Instant): boolean => {
  const created = parseInstant(textOf(memberAt(pod, 'metadata', 'creationTimestamp')));
  const lives = memberAt(pod, 'spec', 'activeDeadlineSeconds');
  return created.ok && typeof lives === 'number' && created.value + lives * SECOND + LATE_MS < at;
};
