import { destinationKey, share, sum } from './destination-view.ts';
import { cannotTell, fact, type Finding, ruledIn, ruledOut } from './hypothesis.ts';
import { onlyToldBySome } from './silent-senders.ts';
import type { Signals } from './signals.ts';

/** Pods that end take their calls with them, and those of whoever calls them. */
export const terminating = (signals: Signals): Finding => {
  const cause = 'terminating';
  const { calls, ends, told } = signals;
  if (!told.has('pods'))
    return cannotTell(cause, [
      {
        what: 'when pods end, through the whole of the interval',
        how: 'the watch of unmasq serve, or kubectl get pods -A -w --output-watch-events -o json',
      },
    ]);
  const failing = calls.filter(({ symptom }) => symptom !== null && symptom !== 'shutting-down');
  const failed = sum(failing, (one) => one.calls);
  const near = failing.filter(({ ending }) => ending > 0);
  const count = sum(near, ({ ending }) => ending);
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
