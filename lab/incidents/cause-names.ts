/** Names that are not resolved. */
import { addCalls, type PodDrawn } from './cluster.ts';
import { type DrawCause, fromUntil, pickHabit, podsOf, span } from './causes.ts';
import { DESTINATIONS } from './destinations.ts';

/** The name server outside drops or fails, or one of the two CoreDNS pods takes queries and answers none. */
export const dnsFailing: DrawCause = (draft) => {
  const { random } = draft;
  const how = random.pick(['upstream-drops', 'upstream-servfail', 'coredns-hangs'] as const);
  const share = random.between(0.45, 0.98);
  const which = random.whole(0, 2);
  const upstream = { dropped: how === 'upstream-drops' ? share : 0, servfail: how === 'upstream-servfail' ? share : 0 };
  return {
    ...span(draft),
    cause: 'dns-failing',
    destination: null,
    workload: null,
    node: null,
    parameters: how === 'coredns-hangs' ? { how, which } : { how, share },
    steps:
      how === 'coredns-hangs'
        ? fromUntil(
            draft,
            ({ coredns }) => coredns(which, { hangs: true }),
            ({ coredns }) => coredns(which, { hangs: false }),
          )
        : fromUntil(
            draft,
            ({ outside }) => outside({ resolve: upstream }),
            ({ outside }) => outside({ resolve: { dropped: 0, servfail: 0 } }),
          ),
    hits: () => true,
  };
};

/** Queries of one lookup: A and AAAA of the name under three search domains and as it is. */
const QUERIES_A_LOOKUP = 8;

/** Both pods answer no more than so many queries a second; a workload begins to look up far more than that. */
export const corednsOverload: DrawCause = (draft) => {
  const { random, cluster, fromMs, untilMs, endMs } = draft;
  const ordinary = cluster.pods.reduce(
    (sum, { workload }) => sum + workload.habits.reduce((of, { perSecond }) => of + perSecond, 0),
    0,
  );
  const { workload } = pickHabit(draft, ({ program }) => program !== 'curl');
  const pods: readonly PodDrawn[] = podsOf(draft, workload);
  const perSecond = Math.round((ordinary * QUERIES_A_LOOKUP * random.between(1.25, 1.6)) / 2);
  const lookups = ordinary * random.between(1.2, 2.2) + 10;
  for (const pod of pods)
    for (const to of DESTINATIONS.slice(0, 4))
      addCalls(random, pod, to, { perSecond: lookups / pods.length / 4, fromMs, untilMs: untilMs ?? endMs });
  return {
    ...span(draft),
    cause: 'coredns-overload',
    destination: null,
    workload,
    node: null,
    parameters: { perSecond, ordinaryLookups: ordinary, lookups },
    steps: [0, 1].map((index) => ({ atMs: null, act: ({ coredns }) => coredns(index, { perSecond }) })),
    hits: () => true,
  };
};
