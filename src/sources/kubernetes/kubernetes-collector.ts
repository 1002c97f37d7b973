import { renderInstant } from '../../base/instant.ts';
import type { Collector, CollectorCheck, Measure, TakeIn } from '../../core/ports.ts';
import type { Resource } from '../../formats/kube/recorded-lines.ts';
import { type ApiFailure, ask } from './api-server.ts';
import { measuring } from '../measure.ts';
import { HandOver } from './hand-over.ts';
import { permissionMissing } from './permission.ts';
import { Reflector, type ReflectorPorts, type Timing } from './reflector.ts';

const NEEDED: readonly Resource[] = ['pods', 'nodes'];

/** Pods, nodes and, where it may, events of one cluster, straight from its API server. `cluster` is the name that rows are stored under; null: the store's default. */
export const kubernetesCollector = (ports: ReflectorPorts, timing: Timing, cluster: string | null): Collector => {
  const running = new Map<Resource, { readonly reflector: Reflector; readonly handOver: HandOver }>();
  return {
    name: `kubernetes ${ports.access.name}`,
    run: async (take: TakeIn, stop: AbortSignal) => {
      // One object for each start: what it says of how far the watch has come is of what it has seen.
      const started = renderInstant(ports.now()).replaceAll(/[:.]/g, '-');
      await Promise.all(
        ([...NEEDED, 'events'] as const).map(async (of) => {
          if (of === 'events' && (await refusalOf(of, ports, timing, stop))?.code === 403) return;
          const object = `kubernetes/${of}/${started}`;
          const handOver = new HandOver({ ...ports, take, object, cluster, everyMs: timing.handOverEveryMs }, stop);
          const reflector = new Reflector(of, ports, timing, handOver);
          running.set(of, { reflector, handOver });
          await reflector.run(stop);
        }),
      );
    },
    check: (stop) => check(ports, timing, cluster ?? 'default', stop),
    measures: () =>
      [...running].flatMap(([of, { reflector, handOver }]) =>
        measuresOf(reflector, handOver, { cluster: cluster ?? 'default', resource: of }),
      ),
  };
};

/** One object of each kind is asked for, and let go of. A watch of them is granted or refused by itself: its log says which. */
const check = async (
  ports: ReflectorPorts,
  timing: Timing,
  cluster: string,
  signal: AbortSignal,
): Promise<CollectorCheck> => {
  const of = { name: `kubernetes ${ports.access.name}`, cluster };
  for (const resource of NEEDED) {
    const failure = await refusalOf(resource, ports, timing, signal);
    if (failure === null) continue;
    const missing = permissionMissing(failure, resource, 'list');
    const fix = missing?.fix ?? `See that \`kubectl get ${resource} -A\` answers in the same context.`;
    return { ...of, ok: false, says: missing?.why ?? failure.message, fix };
  }
  // Without them less is known of why something failed, and everything else works.
  const failure = await refusalOf('events', ports, timing, signal);
  if (failure === null) return { ...of, ok: true, says: 'pods, nodes and events can be listed', fix: null };
  const missing = permissionMissing(failure, 'events', 'list');
  return {
    ...of,
    ok: true,
    says: `pods and nodes can be listed; no events are read: ${missing?.why ?? failure.message}`,
    fix: missing === null ? null : `${missing.fix}; then start unmasq anew`,
  };
};

/** null: the API server lets us list them. */
const refusalOf = async (
  of: Resource,
  { access, now }: ReflectorPorts,
  { answerMs }: Timing,
  signal: AbortSignal,
): Promise<ApiFailure | null> => {
  try {
    const asking = { now, signal, answerWithinMs: answerMs, packed: false };
    (await ask(access, `/api/v1/${of}?limit=1`, asking)).body.destroy();
    return null;
  } catch (error) {
    return error as ApiFailure;
  }
};

type Counted = 'events_total' | 'lists_total' | 'failures_total';

const measuresOf = (reflector: Reflector, handOver: HandOver, labels: Readonly<Record<string, string>>): Measure[] => {
  const counts = (name: Counted, label: string, by: Readonly<Record<string, number>>): Measure[] =>
    Object.entries(by).map(([key, value]) => measuring('kubernetes', { ...labels, [label]: key })(name, value));
  const one = measuring('kubernetes', labels);
  const { watchedUntil } = reflector;
  return [
    ...counts('events_total', 'type', reflector.events),
    one('events_unchanged_total', reflector.unchanged),
    ...counts('lists_total', 'reason', reflector.lists),
    one('watches_total', reflector.watches),
    ...counts('failures_total', 'reason', reflector.failures),
    one('handed_over_total', handOver.handed),
    one('hand_over_failures_total', handOver.failures),
    one('objects', reflector.objects),
    one('clock_ahead_seconds', reflector.clockAheadMs / 1_000),
    ...(watchedUntil === null ? [] : [one('watched_timestamp_seconds', watchedUntil / 1_000)]),
  ];
};
