/** Trouble at the far end, or with how long one waits for it. */
import { addCalls } from './cluster.ts';
import { calls, type DrawCause, fromUntil, pickDestination, pickHabit, podsOf, span } from './causes.ts';

export const destinationRefusing: DrawCause = (draft) => {
  const to = pickDestination(draft);
  const { address } = to;
  return {
    ...span(draft),
    cause: 'destination-refusing',
    destination: to,
    workload: null,
    node: null,
    parameters: {},
    steps: fromUntil(
      draft,
      ({ outside }) => outside({ treat: [{ address, closed: true }] }),
      ({ outside }) => outside({ treat: [{ address }] }),
    ),
    hits: calls(to),
  };
};

export const destinationDown: DrawCause = (draft) => {
  const to = pickDestination(draft);
  return {
    ...span(draft),
    cause: 'destination-down',
    destination: to,
    workload: null,
    node: null,
    parameters: {},
    steps: fromUntil(
      draft,
      ({ lose }) => lose(to.address),
      ({ give }) => give(to.address),
    ),
    hits: calls(to),
  };
};

export const destinationThrottling: DrawCause = (draft) => {
  const { random } = draft;
  const to = pickDestination(draft);
  const throttled = {
    share: random.between(0.25, 0.95),
    status: random.pick([429, 503] as const),
    retryAfterSeconds: random.whole(1, 30),
  };
  return {
    ...span(draft),
    cause: 'destination-throttling',
    destination: to,
    workload: null,
    node: null,
    parameters: { ...throttled },
    steps: fromUntil(
      draft,
      ({ outside }) => outside({ treat: [{ address: to.address, throttled }] }),
      ({ outside }) => outside({ treat: [{ address: to.address }] }),
    ),
    toldBy: 'applications',
    hits: calls(to),
  };
};

/** The server takes longer than the clients wait, and they close. */
export const clientTimeout: DrawCause = (draft) => {
  const { random, cluster } = draft;
  const to = pickDestination(draft);
  const patience = cluster.workloads
    .filter(({ habits }) => habits.some((habit) => habit.to === to))
    .map(({ timeoutMs }) => timeoutMs);
  const latencyMs = [
    Math.min(...patience) - random.whole(0, 300),
    Math.max(...patience) + random.whole(300, 2_500),
  ] as const;
  return {
    ...span(draft),
    cause: 'client-timeout',
    destination: to,
    workload: null,
    node: null,
    parameters: { latencyFromMs: latencyMs[0], latencyUntilMs: latencyMs[1] },
    steps: fromUntil(
      draft,
      ({ outside }) => outside({ treat: [{ address: to.address, latencyMs }] }),
      ({ outside }) => outside({ treat: [{ address: to.address }] }),
    ),
    hits: calls(to),
  };
};

/** What is idle for longer, the translation behind the nodes forgets, while client and server still believe in the connection. */
export const idleTimeout: DrawCause = (draft) => {
  const { random, endMs } = draft;
  const { workload, to } = pickHabit(draft, ({ program }) => program === 'node');
  const idleSeconds = random.whole(1, 3);
  const reaction = random.pick(['drop', 'reject with tcp reset'] as const);
  for (const pod of podsOf(draft, workload)) {
    for (const slot of Array.from({ length: random.whole(3, 7) }, (_, i) => i))
      for (let at = random.between(100, 1_500); at < endMs; at += 1_000 * idleSeconds + random.between(300, 1_800))
        pod.calls.push({
          atMs: Math.round(at),
          host: to.host,
          port: to.port,
          path: '/v1/pooled',
          timeoutMs: workload.timeoutMs,
          slot,
        });
    addCalls(random, pod, to, { perSecond: 0.5, fromMs: 0, untilMs: endMs });
  }
  const forget = (seconds: number) => ({ 'netfilter/nf_conntrack_tcp_timeout_established': seconds });
  return {
    ...span(draft),
    cause: 'idle-timeout',
    destination: to,
    workload,
    node: null,
    parameters: { idleSeconds, reaction },
    steps: [
      {
        atMs: null,
        act: ({ nft }) =>
          nft(
            'fabric',
            `table inet idle {\n chain forward {\n type filter hook forward priority 0\n ct state invalid tcp flags & (syn | rst) == 0 ${reaction}\n }\n}\n`,
          ),
      },
      ...fromUntil(
        draft,
        ({ set }) => set('fabric', forget(idleSeconds)),
        ({ set }) => set('fabric', forget(432_000)),
      ),
    ],
    hits: (pod, call) => pod.workload === workload && call.slot !== null,
  };
};
