import { destinationKey, share, sum } from './destination-view.ts';
import { cannotTell, fact, type Finding, ruledIn, ruledOut } from './hypothesis.ts';
import { onlyToldBySome } from './silent-senders.ts';
import type { Calls, PodEnd, Signals } from './signals.ts';

/** Calls fail from when a pod is told to end, and are told of for a moment after. */
const AROUND_MS = 5_000;

/** Pods that end take their calls with them, and those of whoever calls them. */
export const terminating = (signals: Signals): Finding => {
  const cause = 'terminating';
  const { calls, ends, told } = signals;
  if (!told.has('pods'))
    return cannotTell(cause, [
      {
        what: 'when pods end',
        how: 'the watch of unmasq serve, or kubectl get pods -A -w --output-watch-events -o json',
      },
    ]);
  const failing = calls.filter(({ symptom }) => symptom !== null && symptom !== 'shutting-down');
  const failed = sum(failing, (one) => one.calls);
  const byUid = new Map(ends.map((end) => [end.uid, end]));
  const byIp = new Map(ends.flatMap((end) => end.ips.map((ip) => [ip, end] as const)));
  const near = failing.filter((one) => {
    const end = byUid.get(one.podUid) ?? (one.destIp === null ? undefined : byIp.get(one.destIp));
    return end !== undefined && isAround(one, end);
  });
  const count = sum(near, (one) => one.calls);
  const endFacts = ends.slice(0, 5).map(({ namespace, pod, from }) => fact(`${namespace}/${pod} ended`, 'pods', from));
  if (count >= 3 && share(count, failed) >= 0.4)
    return ruledIn(
      cause,
      2,
      count,
      near.flatMap(({ destIp, destPort }) => (destIp === null ? [] : [destinationKey(destIp, destPort)])),
      [
        fact(
          `${count} of ${failed} failed calls were of pods that were ending, or to them`,
          'applications',
          near[0]?.first ?? null,
        ),
        ...endFacts,
      ],
    );
  const cut = sum(ends, (end) => end.cut);
  if (cut >= 3)
    return ruledIn(
      cause,
      1,
      cut,
      [],
      [
        fact(
          `${cut} connections of pods that ended had been asked something and had no answer yet`,
          'flows',
          ends.find((end) => end.cut > 0)?.from ?? null,
        ),
        ...endFacts,
      ],
    );
  if (ends.length === 0) return ruledOut(cause, fact('no pod ended', 'pods', null));
  return onlyToldBySome(
    cause,
    signals,
    fact(`${count} of ${failed} failed calls were of pods that were ending`, 'applications', null),
    ...endFacts,
  );
};

const isAround = ({ first, last }: Calls, { from, until }: PodEnd): boolean =>
  first >= from - AROUND_MS && last <= until + AROUND_MS;
