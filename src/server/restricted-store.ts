import { EARLIEST, LATEST } from '../base/instant.ts';
import type { Ip } from '../base/ip.ts';
import { allFlows } from '../core/all-flows.ts';
import { nodeOfResource } from '../core/kernel-counters.ts';
import {
  type Connection,
  type FlowEvidence,
  type FlowQuery,
  type FlowRow,
  type LeaseRow,
  type Moved,
  type PodNamed,
  type PortsHeld,
  type SightingRow,
  type Store,
  VERDICT_KINDS,
} from '../core/ports.ts';

/**
 * A store as a reader of some namespaces may see it: their pods, what these may have sent, what they told. Of others there is how many they are.
 * Every question goes through here, and every function is written out: one that is new does not compile until somebody decided what of it may be seen.
 * docs/decisions/0026-reading-by-namespace.md
 */
export const restrictedTo = (store: Store, namespaces: readonly string[]): Store => {
  const own = new Own(namespaces);
  const flows = async (query: FlowQuery): Promise<readonly FlowRow[]> => {
    const narrowed = own.narrowed(query);
    return narrowed === null ? [] : (await store.flows(narrowed)).map((row) => own.flow(row));
  };
  const podsTold: Store['podsTold'] = async (cluster, told) =>
    (await store.podsTold(cluster, told)).filter((lease) => own.has(lease));
  const holders = async (cluster: string, ips: readonly (string | null)[]): Promise<readonly LeaseRow[]> => {
    const asked = [...new Set(ips)].filter((ip) => ip !== null);
    return asked.length === 0 ? [] : store.podsTold(cluster, { uids: [], names: [], ips: asked });
  };
  return {
    flows,
    podsTold,
    who: async (query) => {
      const narrowed = own.narrowed(query);
      if (narrowed === null) return { pods: [], coverage: [] };
      const { pods, coverage } = await store.who(narrowed);
      return { pods: pods.filter(({ pod, node }) => (pod === null ? node !== '' : own.has(pod))), coverage };
    },
    flowSteps: async (query, stepMs) => {
      const narrowed = own.narrowed(query);
      return narrowed === null ? [] : store.flowSteps(narrowed, stepMs);
    },
    // Whom it may not name is nobody: of a probable flow it may have sent, too.
    flowMap: async (query) => {
      const narrowed = own.narrowed(query);
      return narrowed === null
        ? {
            tiers: [],
            uncut: [],
            kept: { from: EARLIEST, flowsFrom: EARLIEST, summedFirst: null },
            edges: [],
            hidden: [],
            serviceTags: null,
          }
        : store.flowMap({ ...query, namespaces: narrowed.namespaces, named: namespaces });
    },
    pods: async (cluster, uids) => new Map([...(await store.pods(cluster, uids))].filter(([, pod]) => own.has(pod))),
    evidence: async (cluster, id) => {
      // What another's is and what there is not take as long to answer, too.
      const some = await flows({ ...allFlows(cluster, { from: EARLIEST, until: LATEST }), flow: id });
      if (some.length === 0) return null;
      const evidence = await store.evidence(cluster, id);
      if (evidence === null) return null;
      const { flow: found } = evidence;
      // An id also finds the flow of its tuple that began nearest: of those that may be seen that can be another one, and these facts are not of it.
      const span = { from: found.begin, until: found.last };
      const near = await flows({ ...allFlows(cluster, span), flow: found.flow });
      const flow = near.find((one) => one.flow === found.flow);
      return flow === undefined ? null : own.evidence(evidence, flow);
    },
    changes: async (cluster, since) => {
      const { changes, reopened } = await store.changes(cluster, since);
      return { changes: changes.flatMap((moved) => own.moved(moved)), reopened };
    },
    sightings: async (query) => {
      const rows = await store.sightings({ ...query, namespaces });
      const leases = await holders(
        query.cluster,
        rows.map(({ clientIp }) => clientIp),
      );
      return rows.map((row) => own.sighting(row, leases));
    },
    sightingCounts: (query) => store.sightingCounts({ ...query, namespaces }),
    connectionsTo: async (query) => {
      const found = await store.connectionsTo(query);
      const leases = await holders(
        query.cluster,
        found.map(({ srcIp }) => srcIp),
      );
      return found.map((connection) => own.connection(connection, leases));
    },
    ports: async (query, limit) => {
      const { rows } = await store.ports(query, limit);
      const seen = rows
        .map((row) => ({ ...row, held: row.held.map((held) => own.ports(held)) }))
        .filter(({ held }) => held.some(({ pod }) => pod !== null));
      return { rows: seen, destinations: seen.length };
    },
    // Sums of nodes are of no pod; of a chosen destination they would tell that somebody talks to it.
    portSteps: async (query, stepMs) =>
      query.dest.length + query.destPorts.length > 0 ? [] : store.portSteps(query, stepMs),
    portPaths: async (query, stepMs, most) => {
      if (query.dest.length + query.destPorts.length > 0) return { steps: [], most: [], shared: [], together: [] };
      const told = await store.portPaths(query, stepMs, most);
      const steps = told.steps.map((row) => ({ ...row, holders: row.holders.filter(({ pod }) => own.has(pod)) }));
      return { ...told, steps, together: [] };
    },
    podPorts: async (query, limit) => {
      const seen = (await store.podPorts(query, limit)).rows.filter(({ pod }) => own.has(pod));
      return { rows: seen, destinations: seen.length, unnamed: null };
    },
    // A workload's pods are of its namespace.
    holdings: async (query, least, limit) => {
      const seen = (await store.holdings(query, least, limit)).rows.filter(
        ({ workload }) => workload !== null && own.has(workload),
      );
      return { rows: seen, holdings: seen.length, unnamed: null };
    },
    signals: async (query) => {
      const told = await store.signals(query);
      return {
        attempts: told.attempts.filter(({ pod }) => pod !== null && own.has(pod)),
        calls: told.calls.filter((one) => own.has(one)),
        ends: told.ends.filter((one) => own.has(one)),
        podPorts: told.podPorts.filter(({ pod }) => pod !== null && own.has(pod)),
        // How the cluster's DNS fares is everybody's; who asked is not.
        lookups: told.lookups.map((one) => ({ ...one, srcIp: one.isDnsServer ? one.srcIp : '::', node: null })),
        lookupSteps: told.lookupSteps,
        // Of no pod that is known.
        denials: [],
        nodePorts: [],
      };
    },
    // What has no namespace, as nodes, is of the cluster as a whole, and its events name pods.
    events: async (query) => {
      const asked = own.among(query.namespaces ?? namespaces);
      return asked.length === 0 ? [] : store.events({ ...query, namespaces: asked });
    },
    // What a node's kernel counts is of the pods of all: of one that has few others it tells how they fare.
    metrics: async (query) => (await store.metrics(query)).filter(({ resource }) => nodeOfResource(resource) === null),
    // They hold what could not be read, whoever wrote it; `sources` counts them.
    rejects: async () => [],
    // Of the cluster as a whole: times, counts, nodes.
    accuracy: (cluster) => store.accuracy(cluster),
    clusters: () => store.clusters(),
    extent: (cluster) => store.extent(cluster),
    nodesAt: (cluster, ips) => store.nodesAt(cluster, ips),
    nodesAlive: (cluster, at) => store.nodesAlive(cluster, at),
    nodesNamed: (cluster) => store.nodesNamed(cluster),
    names: async () => [],
    namespacesNamed: async (cluster) => own.among(await store.namespacesNamed(cluster)),
    nodeIps: (cluster, node) => store.nodeIps(cluster, node),
    network: (cluster) => store.network(cluster),
    horizons: () => store.horizons(),
    tables: () => store.tables(),
    sources: (cluster) => store.sources(cluster),
    until: (signal) => restrictedTo(store.until(signal), namespaces),
    server: store.server,
    probe: () => store.probe(),
    workers: {
      stay: async () => undefined,
      seenOf: [],
      places: store.workers.places,
      reads: () => false,
      onWritten: () => undefined,
    },
    close: () => store.close(),
    write: refused,
    attribute: refused,
    grade: refused,
    kqlTables: refused,
    cursors: refused,
    writeRows: store.writeRows,
    keepCursors: refused,
    expire: refused,
  };
};

const refused = async (): Promise<never> => {
  throw new Error('whoever reads some namespaces alone changes nothing');
};

/** What of each thing is a reader's own. */
class Own {
  private readonly namespaces: ReadonlySet<string>;

  constructor(namespaces: readonly string[]) {
    this.namespaces = new Set(namespaces);
  }

  has({ namespace }: Pick<PodNamed, 'namespace'>): boolean {
    return this.namespaces.has(namespace);
  }

  among(namespaces: readonly string[]): readonly string[] {
    return namespaces.filter((namespace) => this.namespaces.has(namespace));
  }

  /** Flows that one of its pods may have sent; null: none is asked for that could be. */
  narrowed(query: FlowQuery): FlowQuery | null {
    const namespaces = query.namespaces.length === 0 ? [...this.namespaces] : this.among(query.namespaces);
    return namespaces.length === 0 ? null : { ...query, namespaces, everyCandidate: true };
  }

  /** Candidates that are not listed are counted as others. */
  flow(row: FlowRow): FlowRow {
    const listed = row.candidates.flatMap((pod, i) => (pod === null || this.has(pod) ? [i] : []));
    const { probable, was } = row;
    // What is said of the likeliest is about another one.
    const isLikeliest = listed[0] === 0 || row.candidates.length === 0;
    return {
      ...row,
      pod: row.pod !== null && this.has(row.pod) ? row.pod : null,
      candidates: listed.map((i) => row.candidates[i] as PodNamed | null),
      chances: row.chances.length === 0 ? [] : listed.map((i) => row.chances[i] as number),
      probable: probable === null || probable.workload === null || this.has(probable.workload) ? probable : null,
      sighted: isLikeliest ? row.sighted : null,
      ...(was === undefined
        ? {}
        : { was: { ...was, pod: was.pod !== null && 'name' in was.pod && this.has(was.pod) ? was.pod : null } }),
    };
  }

  evidence({ translations, leases, ...rest }: FlowEvidence, flow: FlowRow): FlowEvidence {
    return {
      ...rest,
      flow,
      translations: translations.filter(
        ({ originIp, mayFrom, mayUntil }) =>
          originIp === flow.srcIp || this.heldAlone(originIp, mayFrom, mayUntil ?? Number.POSITIVE_INFINITY, leases),
      ),
      leases: leases.filter((lease) => this.has(lease)),
    };
  }

  sighting(row: SightingRow, leases: readonly LeaseRow[]): SightingRow {
    return row.clientIp === null || this.mayBeSeen(row.clientIp, row.begin, row.until, leases)
      ? row
      : { ...row, clientIp: null, clientPort: 0 };
  }

  connection(connection: Connection, leases: readonly LeaseRow[]): Connection {
    const { srcIp, from, seen } = connection;
    return srcIp === null || this.mayBeSeen(srcIp, from, seen, leases)
      ? connection
      : { ...connection, srcIp: null, srcPort: 0 };
  }

  ports(held: PortsHeld): PortsHeld {
    return held.pod === null || this.has(held.pod) ? held : { ...held, pod: null };
  }

  /** Both sides of a change are seen where one of them is its own. */
  moved({ from, to, flows }: Moved): readonly Moved[] {
    const [before, after] = [this.said(from), this.said(to)];
    return before.isOwn || after.isOwn ? [{ from: before.text, to: after.text, flows }] : [];
  }

  /** `VERDICT`, `NAMESPACE/POD` or `VERDICT by NAMESPACE/POD`; of a pod that is not known any more its UID. */
  private said(text: string): { readonly text: string; readonly isOwn: boolean } {
    if (text === 'no flow' || VERDICT_KINDS.some((kind) => kind === text)) return { text, isOwn: false };
    const [, by = '', pod = ''] = /^(.* by )?(\S*)$/.exec(text) ?? [];
    const [namespace = '', name] = pod.split('/');
    return name !== undefined && this.namespaces.has(namespace)
      ? { text, isOwn: true }
      : { text: `${by}another`, isOwn: false };
  }

  /** An address that is no pod's, or was its own at the time. */
  private mayBeSeen(ip: Ip | string, from: number, until: number, leases: readonly LeaseRow[]): boolean {
    return !leases.some((lease) => lease.ip === ip && !lease.hostNetwork) || this.heldAlone(ip, from, until, leases);
  }

  private heldAlone(ip: string, from: number, until: number, leases: readonly LeaseRow[]): boolean {
    const holders = leases.filter(
      (lease) =>
        lease.ip === ip &&
        !lease.hostNetwork &&
        lease.mayFrom <= until &&
        from <= (lease.mayUntil ?? Number.POSITIVE_INFINITY),
    );
    return holders.length > 0 && holders.every((lease) => this.has(lease));
  }
}
