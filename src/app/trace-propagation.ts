import { renderInstant } from '../base/instant.ts';
import type { LeaseRow, SightingRow, Store } from '../core/ports.ts';
import { TellingPods, toldBy } from '../core/trace/pod-told.ts';
import { type Hop, propagationOf } from '../core/trace/propagation.ts';
import { callsOut } from '../core/trace/span-tree.ts';
import { only } from './address.ts';
import { type Completeness, type SourceLine, sourceLine } from './completeness.ts';
import { allFlows } from '../core/all-flows.ts';
import type { TraceRange } from './trace-find.ts';

export interface PropagationReport {
  readonly schemaVersion: 1;
  readonly kind: 'Propagation';
  readonly query: { readonly from: string | null; readonly until: string | null };
  readonly sources: readonly SourceLine[];
  readonly completeness: Completeness;
  /** Sightings that were looked at. */
  readonly sightings: number;
  readonly items: readonly Hop[];
}

/** What is held in memory at once. */
const MOST_SIGHTINGS = 100_000;
const MOST_FLOWS = 20_000;
/** Addresses of pods whose flows are looked at for callers that tell nothing. */
const MOST_ADDRESSES = 256;

/** Which share of ids survives each hop between workloads, and where they are lost. */
export const propagationReport = async (
  store: Pick<Store, 'sightings' | 'podsTold' | 'flows' | 'sources'>,
  range: TraceRange & { readonly chosen: boolean; readonly namespaces: readonly string[] },
): Promise<PropagationReport> => {
  const newest = await store.sightings({ ...range, ids: [], kinds: [], limit: MOST_SIGHTINGS });
  const sightings = newest.filter((sighting) => !isTroubleAlone(sighting));
  const leases = await store.podsTold(range.cluster, toldBy(sightings));
  const pods = new TellingPods(leases);
  const placed = sightings.map((sighting) => {
    const facing = callsOut(sighting) ? sighting.destIp : sighting.clientIp;
    return {
      sighting,
      workload: workloadOf(sighting, pods.of(sighting)),
      other: facing === null ? '' : labelOf(pods.at(facing, sighting)),
    };
  });
  const flows = await flowsTo(store, sightings, leases, range);
  const hops = propagationOf(
    placed,
    flows.flatMap((flow) => {
      const to = labelOf(pods.at(flow.destIp, { begin: flow.begin, until: flow.last }));
      const { pod } = flow;
      return pod === null || to === '' ? [] : [{ from: `${pod.workload.namespace}/${pod.workload.name}`, to }];
    }),
  );
  const sources = await store.sources(range.cluster);
  const reasons = [
    ...(sightings.length === 0 ? ['no traces and no logs with ids are known in this range'] : []),
    ...(newest.length < MOST_SIGHTINGS
      ? []
      : [`the newest ${MOST_SIGHTINGS} sightings were looked at: choose a shorter range`]),
    ...(flows.length < MOST_FLOWS ? [] : [`the newest ${MOST_FLOWS} flows were looked at`]),
  ];
  return {
    schemaVersion: 1,
    kind: 'Propagation',
    query: {
      from: range.chosen ? renderInstant(range.from) : null,
      until: range.chosen ? renderInstant(range.until) : null,
    },
    sources: sources.map(sourceLine),
    completeness: { complete: reasons.length === 0, reasons },
    sightings: sightings.length,
    items: hops.filter(
      ({ from, to }) =>
        range.namespaces.length === 0 || [from, to].some((name) => range.namespaces.includes(name.split('/')[0] ?? '')),
    ),
  };
};

/** Of a container's log, a line without an id is there for its destination or its trouble: of trouble alone no id could have come through. */
const isTroubleAlone = ({ format, traceId, ids, destIp, destHost }: SightingRow): boolean =>
  format === 'ContainerLogV2' && traceId === '' && ids.length === 0 && destIp === null && destHost === '';

const labelOf = (pod: LeaseRow | null): string =>
  pod === null ? '' : `${pod.workload.namespace}/${pod.workload.name}`;

/** What the inventory does not know goes by the name that it gives itself. */
const workloadOf = (sighting: SightingRow, pod: LeaseRow | null): string => {
  if (pod !== null) return labelOf(pod);
  const name = sighting.service === '' ? sighting.pod : sighting.service;
  return name === '' || sighting.namespace === '' ? name : `${sighting.namespace}/${name}`;
};

/** Flows to the pods that tell of themselves: who calls them without telling is seen there. */
const flowsTo = async (
  store: Pick<Store, 'flows'>,
  sightings: readonly SightingRow[],
  leases: readonly LeaseRow[],
  range: TraceRange,
): ReturnType<Store['flows']> => {
  const [first, last] = [sightings[0], sightings.at(-1)];
  const ips = [...new Set(leases.filter(({ hostNetwork }) => !hostNetwork).map(({ ip }) => ip))].slice(
    0,
    MOST_ADDRESSES,
  );
  if (first === undefined || last === undefined || ips.length === 0) return [];
  return store.flows({
    ...allFlows(range.cluster, { from: first.begin, until: last.until }),
    dest: ips.map((ip) => only(ip as Parameters<typeof only>[0])),
    verdicts: ['exact'],
    limit: MOST_FLOWS,
  });
};
