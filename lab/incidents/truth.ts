import type { PodDrawn } from './cluster.ts';
import type { Cause } from './causes.ts';
import { CLOSED_PORT, NO_SUCH_HOST } from './destinations.ts';
import type { Kind } from './incident.ts';
import type { Recorded } from './record.ts';
import type { Called } from './told.ts';

export interface Counts {
  readonly calls: number;
  readonly failed: number;
}

export interface CauseTruth {
  readonly cause: Cause;
  readonly from: string;
  readonly until: string;
  readonly destination: { readonly host: string; readonly ip: string; readonly port: number } | null;
  readonly workload: string | null;
  readonly node: string | null;
  readonly parameters: Readonly<Record<string, number | string>>;
  /** Of the calls that it could hit: before it, and while it lasted. */
  readonly before: Counts;
  readonly during: Counts;
  /** Whether enough of them failed for anybody to notice. */
  readonly bit: boolean;
  /** Whether any source that was kept can tell of it: else nobody could know it. */
  readonly told: boolean;
}

/** What really was: told by the plan and by the clients, and by nothing that unmasq reads. */
export interface Truth {
  readonly seed: number;
  readonly kind: Kind;
  readonly from: string;
  readonly until: string;
  readonly causes: readonly CauseTruth[];
  /** Of all calls of the run. */
  readonly all: Counts;
  /** Calls while nothing was the matter, without the ordinary trouble that was planned. What failed of them, the machine made fail. */
  readonly healthy: Counts;
  readonly disturbed: boolean;
  readonly failures: readonly {
    readonly workload: string;
    readonly host: string;
    readonly port: number;
    readonly failed: number;
    readonly message: string;
  }[];
  readonly egress: { readonly kind: string; readonly ports: number };
  readonly workloads: readonly {
    readonly name: string;
    readonly namespace: string;
    readonly program: string;
    readonly logs: string;
    readonly spans: boolean;
    readonly pods: number;
  }[];
  readonly hasMetrics: boolean;
  readonly hasSystemLogs: boolean;
}

/** Below these nobody would call it an incident. */
const BITES_FROM = { failed: 3, share: 0.04 };
/** A call that began while the cause lasted may fail because of it; so may one that was under way. */
const UNDER_WAY_MS = 3_000;

/** Of calls that nothing should make fail: more is a machine that has no time for the run. */
const DISTURBED_FROM = { failed: 3, share: 0.02 };
/** Names that nobody has and ports at which nobody listens; resets and errors of servers, which each run has a few of. */
const isOrdinary = ({ host, port }: Made['call'], { status, message }: Called): boolean =>
  host === NO_SUCH_HOST || port === CLOSED_PORT || status >= 500 || /reset|hang up/i.test(message);

interface Made {
  readonly pod: PodDrawn;
  readonly call: PodDrawn['calls'][number];
  readonly called: Called;
}

export const tellTruth = (recorded: Recorded): Truth => {
  const { incident, zero, endAt, begunAt } = recorded;
  const made = madeIn(recorded);
  const begins = Math.min(endAt, ...begunAt);
  const healthy = countsOf(
    made.filter(
      ({ pod, call, called }) => called.until < begins && pod.deletedAtMs === null && !isOrdinary(call, called),
    ),
  );
  return {
    seed: incident.seed,
    kind: incident.kind,
    from: time(zero),
    until: time(endAt),
    causes: incident.causes.map((plan, i) => {
      const from = begunAt[i] ?? zero;
      const until = plan.untilMs === null ? endAt : zero + plan.untilMs;
      const hit = made.filter(({ pod, call }) => plan.hits(pod, call));
      const before = countsOf(hit.filter(({ called }) => called.until < from));
      const hitWhileItLasted = hit.filter(({ called }) => called.until >= from && called.at < until + UNDER_WAY_MS);
      const during = countsOf(hitWhileItLasted);
      const { destination } = plan;
      return {
        cause: plan.cause,
        from: time(from),
        until: time(until),
        destination:
          destination === null ? null : { host: destination.host, ip: destination.address, port: destination.port },
        workload: plan.workload === null ? null : `${plan.workload.namespace}/${plan.workload.name}`,
        node: plan.node,
        parameters: plan.parameters,
        before,
        during,
        bit: during.failed >= BITES_FROM.failed && during.failed / during.calls >= BITES_FROM.share + shareOf(before),
        told:
          plan.toldBy === 'metrics'
            ? incident.hasMetrics
            : plan.toldBy !== 'applications' ||
              countsOf(hitWhileItLasted.filter(({ pod }) => tells(pod))).failed >= BITES_FROM.failed,
      };
    }),
    all: countsOf(made),
    healthy,
    disturbed: healthy.failed >= DISTURBED_FROM.failed && shareOf(healthy) >= DISTURBED_FROM.share,
    failures: failuresIn(made),
    egress: { ...incident.egress },
    workloads: incident.cluster.workloads.map(({ name, namespace, program, logs, spans }) => ({
      name,
      namespace,
      program,
      logs,
      spans,
      pods: incident.cluster.pods.filter(({ workload }) => workload.name === name).length,
    })),
    hasMetrics: incident.hasMetrics,
    hasSystemLogs: incident.hasSystemLogs,
  };
};

const tells = ({ workload: { logs, spans } }: PodDrawn): boolean => logs !== 'none' || spans;

const time = (at: number): string => new Date(at).toISOString();

const madeIn = ({ incident, told }: Recorded): readonly Made[] =>
  incident.cluster.pods.flatMap((pod) =>
    (told.get(pod.spec.uid) ?? []).flatMap((line) => {
      const call = line.event === 'called' ? pod.calls[line.n] : undefined;
      return line.event === 'called' && call !== undefined ? [{ pod, call, called: line }] : [];
    }),
  );

const countsOf = (made: readonly Made[]): Counts => ({
  calls: made.length,
  failed: made.filter(({ called }) => !called.ok).length,
});
const shareOf = ({ calls, failed }: Counts): number => (calls === 0 ? 0 : failed / calls);

const failuresIn = (made: readonly Made[]): Truth['failures'] => {
  const groups = Map.groupBy(
    made.filter(({ called }) => !called.ok),
    ({ pod, call, called }) =>
      JSON.stringify([
        pod.workload.name,
        call.host,
        call.port,
        called.message.replaceAll(/\d+ ms|port \d+ after/g, 'N ms'),
      ]),
  );
  return [...groups.values()]
    .map((of) => {
      const { pod, call, called } = of[0] as Made;
      return {
        workload: pod.workload.name,
        host: call.host,
        port: call.port,
        failed: of.length,
        message: called.message,
      };
    })
    .sort((a, b) => b.failed - a.failed);
};
