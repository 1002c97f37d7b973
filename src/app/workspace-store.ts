import { DAY, HOUR, type Instant, instant, MINUTE } from '../base/instant.ts';
import { isInside } from '../base/address-block.ts';
import { type Cidr, IP_BYTES, parseCidr, parseIp, writeIp } from '../base/ip.ts';
import { plural } from '../base/number-text.ts';
import type { Result } from '../base/result.ts';
import { sharersOf, verdictBySnapshots } from '../core/attribution/by-snapshots.ts';
import { type Network, networkOf } from '../core/egress/network.ts';
import { fillAsked } from '../core/kql/fill-asked.ts';
import type { ParameterValue } from '../core/kql/literal.ts';
import type { TablePlan } from '../core/monitoring/spec.ts';
import type {
  CoverageRow,
  EndpointBlock,
  FlowQuery,
  FlowRow,
  LeaseRow,
  PodNamed,
  PodsTold,
  SightingQuery,
  SightingRow,
  SourceRow,
  Store,
  TimeSpan,
  WhoRow,
  WhoRows,
} from '../core/ports.ts';
import type { PriceTable } from '../core/prices/price-table.ts';
import { textOf } from '../formats/json/json-value.ts';
import { logAnalyticsDecoder } from '../formats/log-analytics/log-analytics-decoder.ts';
import { type Trouble, trouble } from './errors.ts';
import type { WorkspaceAnswer } from './kql-run.ts';
import { flowIdOf } from './workspace-flow-id.ts';
import {
  type AnsweredRow,
  type CandidatesTold,
  candidatesIn,
  numberIn,
  podIn,
  rowsOf,
  timeIn,
} from './workspace-rows.ts';
import { type Scan, scanOf, type TableUsage } from './workspace-scan.ts';

/** What of a store a workspace can be asked. */
export type AskedStore = Pick<
  Store,
  | 'clusters'
  | 'extent'
  | 'who'
  | 'flows'
  | 'sources'
  | 'accuracy'
  | 'network'
  | 'sightings'
  | 'sightingCounts'
  | 'podsTold'
>;

/** A Log Analytics workspace that is asked in the place of a store. */
export interface WorkspacePlace {
  /** As it was written: the workspace's own id. */
  readonly workspace: string;
  /** null: that of the public cloud. */
  readonly endpoint: string | null;
  /** The addresses of pods. */
  readonly podCidr: string;
  /** Of tables that are not of the plan Analytics: the query API does not tell. */
  readonly plans: ReadonlyMap<string, TablePlan>;
  /** Of tables that carry ids only these are asked; null: all. */
  readonly tables: readonly string[] | null;
  /** Whose prices are reckoned with. */
  readonly region: string;
}

export interface WorkspaceStoreOptions {
  readonly place: WorkspacePlace;
  /** null: the only one that the workspace has. */
  readonly cluster: string | null;
  /** An id as it was asked for: texts are searched for it as it is written, and not without its dashes. */
  readonly spelled: readonly string[];
  /** Those of `kql/asked`, by their names. */
  readonly queries: ReadonlyMap<string, string>;
  readonly prices: PriceTable;
  readonly now: () => Instant;
  /** `search`: of a table that is not of the plan Analytics, with the time that is read. A problem: the service refuses the query, and why. */
  readonly ask: (asked: {
    readonly text: string;
    readonly search: TimeSpan | null;
  }) => Promise<Result<WorkspaceAnswer, string>>;
  /** Told before anything of it is read, and may refuse. */
  readonly look: (scan: Scan) => void;
  readonly refuse: (refused: Trouble) => never;
}

/** What stands in an answer beside what was found. */
export interface WorkspaceTold {
  readonly scan: Scan;
  /** Names of the queries that were sent. */
  readonly queries: readonly string[];
  /** Why the answer is not the whole one. */
  readonly reasons: readonly string[];
  readonly sources: readonly SourceRow[];
}

const FLOWS = 'NTANetAnalytics';
const PODS = 'KubePodInventory';
/** Tables whose rows carry ids, and the queries that find them. */
const OF_IDS = [
  ['AppRequests', 'id-in-requests'],
  ['AppDependencies', 'id-in-dependencies'],
  ['AppTraces', 'id-in-traces'],
  ['AppExceptions', 'id-in-exceptions'],
  ['ContainerLogV2', 'id-in-container-logs'],
] as const;

/** Rows of one table that carry an id. */
const MOST_ROWS = 2_000;
/** Flows that are listed where all are asked for: Azure's own limit is 500,000 rows, and 64 MB come first. */
const MOST_FLOWS = 100_000;
/** Rows are late by so much, and a lease may have begun so long before. */
const ARRIVES = 3 * HOUR;
const BEFORE = HOUR;

const NOT_THERE = /failed to resolve (?:table|entity)|could not be resolved|SEM0100/i;

/**
 * A Log Analytics workspace in the place of a store: what is asked of it is asked there, in KQL, and only what comes of it travels. It knows snapshots of pods and
 * sums of flows, so it never names who it was (core/attribution/by-snapshots.ts).
 */
export class WorkspaceStore implements AskedStore {
  private readonly options: WorkspaceStoreOptions;
  private readonly podBlock: Cidr;
  private readonly sent = new Set<string>();
  private readonly reasons = new Set<string>();
  private readonly rows = new Map<string, number>();
  private readonly carrying: { readonly ids: ReadonlySet<string>; readonly found: readonly SightingRow[] }[] = [];
  private scan: Scan | null = null;
  private span: TimeSpan | null = null;

  constructor(options: WorkspaceStoreOptions) {
    this.options = options;
    const block = parseCidr(options.place.podCidr);
    if (!block.ok) throw new Error(block.problem);
    this.podBlock = block.value;
  }

  told(): WorkspaceTold {
    return {
      scan: this.scan ?? { tables: [], bytes: 0, usd: 0 },
      queries: [...this.sent],
      reasons: [...this.reasons],
      sources: [...this.rows].map(([table, rows]) => sourceRow(table, rows)),
    };
  }

  async clusters(): Promise<readonly string[]> {
    const { cluster, now } = this.options;
    if (cluster !== null) return [cluster];
    const until = now();
    const answer = await this.answer('clusters-there', { since: instant(until - DAY), until }, PODS);
    const names = rowsOf(answer).map((row) => textOf(row('ClusterName')));
    if (names.length > 0) return names;
    return this.options.refuse(
      trouble('E112', 'no pods of the last day name a cluster in this workspace', {
        fix: 'Name it with --cluster NAME.',
      }),
    );
  }

  async extent(): Promise<null> {
    return null;
  }

  async accuracy(): Promise<null> {
    return null;
  }

  async network(cluster: string): Promise<Network> {
    return networkOf(cluster, []);
  }

  /** The tables that a question is asked of; how many rows were told of each is known when it is answered (`told`). */
  async sources(): Promise<readonly SourceRow[]> {
    return [sourceRow(FLOWS, 0), sourceRow(PODS, 0), ...OF_IDS.map(([table]) => sourceRow(table, 1))];
  }

  async who(query: FlowQuery): Promise<WhoRows> {
    const told = await this.candidates('who-could-have-sent', query, ['First', 'Last']);
    const wanted = told.filter((one) => isWanted(one.told, query)).map((one) => one.told);
    const isOurs = oursBy(query);
    const shares = new Map<string, Share>();
    const coverage = new Map<string, CoverageRow>();
    for (const one of wanted) {
      const { kind, reason } = verdictBySnapshots(one);
      const key = `${kind} ${reason}`;
      const before = coverage.get(key);
      coverage.set(key, {
        verdict: kind,
        reason,
        flows: (before?.flows ?? 0) + one.flows,
        bytes: (before?.bytes ?? 0) + one.bytesOut + one.bytesIn,
      });
      if (kind !== 'ambiguous') continue;
      for (const pod of one.named.filter(isOurs)) share(shares, pod.uid, pod, pod.node, one);
      const node = one.nodes[0] ?? '';
      if (one.atNode && !isNarrowed(query)) share(shares, `node ${node}`, null, node, one);
    }
    return { pods: [...shares.values()].map(whoRow), coverage: [...coverage.values()] };
  }

  async flows(query: FlowQuery): Promise<readonly FlowRow[]> {
    const most = query.limit ?? MOST_FLOWS;
    const told = await this.candidates('flows-and-who-could-have-sent', query, ['Begin', 'End'], {
      ...narrowedBy(query),
      most: String(most),
    });
    if (query.limit === null && told.length >= MOST_FLOWS)
      this.reasons.add(`there are more than ${MOST_FLOWS} flows: the newest are told`);
    return told
      .filter(({ told: one }) => isWanted(one, query))
      .map(({ told: one, row }) => flowRow(one, row, query))
      .sort((a, b) => a.begin - b.begin)
      .slice(-most);
  }

  async sightings({ ids, from, until, kinds, limit }: SightingQuery): Promise<readonly SightingRow[]> {
    const found = await this.carriersOf(ids, { from, until });
    return found.filter((one) => carries(one, ids) && (kinds.length === 0 || kinds.includes(one.kind))).slice(0, limit);
  }

  async sightingCounts({
    ids,
    from,
    until,
  }: Pick<SightingQuery, 'from' | 'until' | 'ids'>): Promise<ReadonlyMap<string, number>> {
    const found = await this.carriersOf(ids, { from, until });
    const counts = ids.map((id) => [id, found.filter((one) => carries(one, [id])).length] as const);
    return new Map(counts.filter(([, count]) => count > 0));
  }

  async podsTold(cluster: string, { uids, names, ips }: PodsTold): Promise<readonly LeaseRow[]> {
    if (this.span === null || uids.length + names.length + ips.length === 0) return [];
    const { from, until } = this.span;
    const lines = (texts: readonly string[]): string => texts.join('\n');
    const answer = await this.tried('pods-told', {
      since: from,
      until,
      cluster,
      uids: lines(uids),
      names: lines(names),
      ips: lines(ips),
    });
    if (!answer.ok) {
      this.reasons.add(`${PODS} was not read: ${answer.problem}`);
      return [];
    }
    const rows = rowsOf(answer.value);
    this.count(PODS, rows.length);
    return rows.flatMap((row) => this.lease(row) ?? []);
  }

  private lease(row: AnsweredRow): LeaseRow | null {
    const [pod, first, last] = [podIn(textOf(row('Pod'))), timeIn(row('FirstSeen')), timeIn(row('LastSeen'))];
    if (pod === null || first === null || last === null) return null;
    const ip = parseIp(pod.ip);
    return {
      ...pod,
      hostNetwork: !ip.ok || !isInside(ip.value, this.podBlock),
      mayFrom: timeIn(row('Started')) ?? instant(first - MINUTE),
      heldFrom: first,
      heldUntil: last,
      mayUntil: instant(last + MINUTE),
    };
  }

  /** What the rows of an answer tell of who could have sent, each with the row itself. */
  private async candidates(
    name: string,
    query: FlowQuery,
    [begin, end]: readonly [string, string],
    more: Readonly<Record<string, string>> = {},
  ): Promise<readonly { readonly told: CandidatesTold; readonly row: AnsweredRow }[]> {
    const { from, until, cluster, protocols } = query;
    if (query.dest.some((one, i) => query.dest.slice(0, i).some((other) => overlaps(one, other))))
      this.options.refuse(trouble('E860', 'two destinations overlap: what goes to both would count twice'));
    const dests = this.destsOf(query);
    await this.before(
      [FLOWS, PODS].map((table) => [table, dests.length] as const),
      { from: instant(from - BEFORE), until: instant(until + ARRIVES) },
    );
    if (query.srcPorts.length > 0)
      this.reasons.add('Traffic Analytics tells no source port: the one that was asked about narrows nothing');
    const found: { readonly told: CandidatesTold; readonly row: AnsweredRow }[] = [];
    let rejects = 0;
    for (const asked of dests) {
      const [dest = '', ports = ''] = asked.split(' port ');
      const values = { since: from, until, cluster, dest, ports, podCidr: this.options.place.podCidr };
      const answer = await this.answer(
        name,
        { ...values, protocols: protocols.map(spelled).join(' '), ...more },
        FLOWS,
      );
      for (const row of rowsOf(answer)) {
        const told = candidatesIn(row, begin, end);
        if (told === null) rejects++;
        else found.push({ told, row });
      }
    }
    const seen = new Set(found.flatMap(({ told }) => told.named.map(({ uid }) => uid)));
    this.count(
      FLOWS,
      found.reduce((sum, { row }) => sum + (row('Rows') === null ? 1 : numberIn(row('Rows'))), 0),
    );
    this.count(PODS, seen.size);
    if (rejects > 0) this.reasons.add(`${plural(rejects, 'row')} of the answer could not be understood`);
    if (found.some(({ told }) => told.pods > told.named.length))
      this.reasons.add('of more than 1,000 candidates of one flow the first 1,000 are named');
    if (found.length > 0 && seen.size === 0 && !found.some(({ told }) => told.atNode))
      this.reasons.add(`${PODS} has no pod of cluster ${cluster} in that time: nobody can be named`);
    return found;
  }

  /** As parameters of the queries, the ports behind ` port `. */
  private destsOf({ dest, destPorts }: FlowQuery): readonly string[] {
    const ports = destPorts.join(' ');
    if (dest.length === 0) return [` port ${ports}`];
    return dest.map((block) => `${this.blockText(block)} port ${block.port ?? ports}`);
  }

  private blockText({ first, last }: EndpointBlock): string {
    if (first === last) return first;
    const width = prefixOf(first, last);
    if (!first.includes(':')) return `${first}/${width - 96}`;
    if (width === 0) return '';
    return this.options.refuse(
      trouble('E860', 'a block of IPv6 cannot be asked of a workspace', {
        fix: 'Give one address, or a block of IPv4.',
      }),
    );
  }

  /** All sightings of the time that carry one of the ids. What was asked for once is not asked for again. */
  private async carriersOf(ids: readonly string[], span: TimeSpan): Promise<readonly SightingRow[]> {
    const known = this.carrying.find((one) => ids.every((id) => one.ids.has(id)));
    if (known !== undefined) return known.found;
    this.span = span;
    const asked = OF_IDS.filter(([table]) => this.options.place.tables?.includes(table) ?? true);
    // Once for the id, and once for the ids that come with it.
    if (this.carrying.length === 0)
      await this.before([...asked.map(([table]) => [table, 2] as const), [PODS, 1]], span);
    const values = {
      since: span.from,
      until: span.until,
      ids: this.spellings(ids).join('\n'),
      most: String(MOST_ROWS),
    };
    const found: SightingRow[] = [];
    const missing: string[] = [];
    for (const [table, name] of asked) {
      const answer = await this.tried(name, values, this.planOf(table) === 'Analytics' ? null : span);
      if (!answer.ok) missing.push(`${table} was not read: ${answer.problem}`);
      else found.push(...this.sightingsIn(table, answer.value, ids));
    }
    if (missing.length === asked.length)
      return this.options.refuse(
        trouble('E829', 'no table of this workspace carries ids', { why: missing.join('; ') }),
      );
    for (const reason of missing) this.reasons.add(reason);
    found.sort((a, b) => a.begin - b.begin || a.beginNanos - b.beginNanos);
    this.carrying.push({ ids: new Set(ids), found });
    return found;
  }

  private sightingsIn(
    table: (typeof OF_IDS)[number][0],
    { columns, rows }: WorkspaceAnswer,
    ids: readonly string[],
  ): readonly SightingRow[] {
    const decoder = logAnalyticsDecoder(table, { name: table, at: null });
    decoder.push(new TextEncoder().encode(JSON.stringify({ tables: [{ name: 'PrimaryResult', columns, rows }] })));
    decoder.end();
    const { facts, rejects } = decoder.take();
    const found = facts.sightings.filter((one) => carries(one, ids));
    this.count(table, rows.length);
    if (rejects.length > 0) this.reasons.add(`${plural(rejects.length, 'cell')} of ${table} could not be understood`);
    // A row is one sighting, or none.
    const others = rows.length - found.length;
    if (others > 0)
      this.reasons.add(`left out: ${plural(others, 'row')} of ${table} with such a text that is no id there`);
    if (rows.length >= MOST_ROWS)
      this.reasons.add(`${table} has ${MOST_ROWS} rows or more with these ids: the oldest ${MOST_ROWS} were read`);
    return found.map((one) => ({ ...one, format: table, object: table }));
  }

  /** Texts are searched: a GUID is written with dashes or without, half a trace id without the zeros before it. */
  private spellings(ids: readonly string[]): readonly string[] {
    const all = ids.flatMap((id) => [
      id,
      ...(/^[\da-f]{32}$/.test(id) ? [id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')] : []),
      ...(/^0{16}[\da-f]{16}$/.test(id) ? [id.slice(16)] : []),
    ]);
    return [...new Set(this.carrying.length === 0 ? [...this.options.spelled.map((id) => id.trim()), ...all] : all)];
  }

  private planOf(table: string): TablePlan {
    return this.options.place.plans.get(table) ?? 'Analytics';
  }

  /** How much will be read is told first. */
  private async before(reads: readonly (readonly [table: string, times: number])[], span: TimeSpan): Promise<void> {
    const tables = reads.map(([table, times]) => ({ table, times, plan: this.planOf(table) }));
    const dear = tables.find(({ table, plan }) => plan !== 'Analytics' && (table === FLOWS || table === PODS));
    if (dear !== undefined)
      this.options.refuse(
        trouble('E860', `${dear.table} is joined with others, and a table of the plan ${dear.plan} cannot be`),
      );
    const until = instant(Math.min(span.until, this.options.now()));
    const within = { from: span.from, until: instant(Math.max(until, span.from)) };
    const answer = await this.tried('scan-size', {
      since: within.from,
      until: within.until,
      tables: tables.map(({ table }) => table).join(' '),
    });
    if (!answer.ok) this.reasons.add(`how much was read is not known: ${answer.problem}`);
    this.scan = scanOf(tables, answer.ok ? usageIn(answer.value) : new Map(), within, this.options.prices);
    this.options.look(this.scan);
  }

  private count(table: string, rows: number): void {
    this.rows.set(table, (this.rows.get(table) ?? 0) + rows);
  }

  /** The answer; without one the question cannot be answered. */
  private async answer(
    name: string,
    values: Readonly<Record<string, ParameterValue>>,
    table: string,
  ): Promise<WorkspaceAnswer> {
    const answer = await this.tried(name, values);
    if (answer.ok) return answer.value;
    const isMissing = NOT_THERE.test(answer.problem);
    return this.options.refuse(
      isMissing
        ? trouble('E829', `the workspace lacks ${answer.problem.includes(PODS) ? PODS : table}`, {
            why: answer.problem,
          })
        : trouble('E854', 'the workspace refuses the query', { why: answer.problem }),
    );
  }

  private async tried(
    name: string,
    values: Readonly<Record<string, ParameterValue>>,
    search: TimeSpan | null = null,
  ): Promise<Result<WorkspaceAnswer, string>> {
    const { queries, ask, refuse } = this.options;
    const written = queries.get(name);
    if (written === undefined) throw new Error(`there is no query ${name}`);
    const filled = fillAsked(written, values);
    if (!filled.ok) return refuse(trouble('E105', filled.problem));
    this.sent.add(name);
    const answer = await ask({ text: filled.value, search });
    if (answer.ok && answer.value.partial !== null) this.reasons.add(answer.value.partial);
    return answer;
  }
}

/** What could be one sender's of what may have been many senders'. */
interface Share {
  readonly pod: PodNamed | null;
  readonly node: string;
  /** Of all that it could have sent. */
  could: number;
  flows: number;
  bytesOut: number;
  bytesIn: number;
  first: Instant;
  last: Instant;
}

const share = (
  shares: Map<string, Share>,
  key: string,
  pod: PodNamed | null,
  node: string,
  told: CandidatesTold,
): void => {
  const one = shares.get(key) ?? {
    pod,
    node,
    could: 0,
    flows: 0,
    bytesOut: 0,
    bytesIn: 0,
    first: told.first,
    last: told.last,
  };
  const part = 1 / sharersOf(told);
  one.could += told.flows;
  one.flows += told.flows * part;
  one.bytesOut += told.bytesOut * part;
  one.bytesIn += told.bytesIn * part;
  one.first = instant(Math.min(one.first, told.first));
  one.last = instant(Math.max(one.last, told.last));
  shares.set(key, one);
};

const whoRow = ({ could, ...one }: Share): WhoRow => ({
  ...one,
  exactFlows: 0,
  confidence: could > 0 ? one.flows / could : 0,
});

const flowRow = (
  told: CandidatesTold,
  row: AnsweredRow,
  { cluster, everyCandidate }: Pick<FlowQuery, 'cluster' | 'everyCandidate'>,
): FlowRow => {
  const { kind, reason } = verdictBySnapshots(told);
  const [destIp, destPort] = [textOf(row('Dest')), numberIn(row('DestPort'))];
  const protocol = nameOf(textOf(row('Protocol')));
  const isNamed = kind === 'ambiguous';
  const listed = everyCandidate === true ? told.named : told.named.slice(0, LISTED);
  const candidates = isNamed ? [...listed, ...(told.atNode ? [null] : [])] : [];
  return {
    flow: flowIdOf([cluster, told.source, destIp, destPort, protocol].join(' '), told.first),
    cluster,
    begin: told.first,
    end: told.last,
    last: told.last,
    node: told.nodes.length === 1 ? (told.nodes[0] as string) : null,
    srcIp: told.source,
    srcPort: null,
    destIp,
    destPort,
    protocol,
    direction: 'outbound',
    decision: /^d/i.test(textOf(row('Status'))) ? 'denied' : 'allowed',
    rule: textOf(row('Rule')) || null,
    packetsOut: numberIn(row('PacketsOut')),
    bytesOut: told.bytesOut,
    packetsIn: numberIn(row('PacketsIn')),
    bytesIn: told.bytesIn,
    observedBy: ['traffic-analytics'],
    flows: told.flows,
    translated: told.atNode,
    verdict: kind,
    reason,
    pod: null,
    podPort: null,
    candidates,
    chances: [],
    probable: null,
    sighted: null,
    candidateCount: isNamed ? sharersOf(told) : 0,
    evidence: isNamed ? ['lease'] : [],
  };
};

/** Pods of a flow that are listed, as the store lists them. */
const LISTED = 10;

const isWanted = (told: CandidatesTold, query: FlowQuery): boolean => {
  const ip = parseIp(told.source);
  return (
    (query.verdicts.length === 0 || query.verdicts.includes(verdictBySnapshots(told).kind)) &&
    (query.nodes.length === 0 || told.nodes.some((node) => query.nodes.includes(node))) &&
    (query.srcIps.length === 0 || (ip.ok && query.srcIps.some((block) => isInside(ip.value, block)))) &&
    (!isNarrowed(query) || told.named.some(oursBy(query)))
  );
};

const isNarrowed = ({ namespaces, workloads }: FlowQuery): boolean => namespaces.length + workloads.length > 0;

const oursBy =
  ({ namespaces, workloads }: FlowQuery) =>
  (pod: PodNamed): boolean =>
    (namespaces.length === 0 || namespaces.includes(pod.namespace)) &&
    (workloads.length === 0 || workloads.some((text) => goesBy(pod, text)));

/** `namespace/name`, `kind/name`, `pod/name`, or a bare name of a workload or pod. */
const goesBy = ({ namespace, name, workload }: PodNamed, text: string): boolean => {
  const at = text.indexOf('/');
  const [head, asked] = [text.slice(0, Math.max(at, 0)).toLowerCase(), text.slice(at + 1)];
  if (head === 'pod') return name === asked || (workload.kind === 'Pod' && workload.name === asked);
  if (name !== asked && workload.name !== asked) return false;
  return at < 0 || head === namespace || (head === workload.kind.toLowerCase() && workload.name === asked);
};

const overlaps = (a: EndpointBlock, b: EndpointBlock): boolean =>
  (isInside(a.first, b) || isInside(b.first, a)) && (a.port === undefined || b.port === undefined || a.port === b.port);

/** What the query itself can narrow by: one name, one namespace. The rest is left out of what it answers. */
const narrowedBy = ({ namespaces, workloads }: FlowQuery): { readonly namespace: string; readonly name: string } => ({
  namespace: namespaces.length === 1 ? (namespaces[0] as string) : '',
  name: workloads.length === 1 ? (workloads[0] as string).slice((workloads[0] as string).indexOf('/') + 1) : '',
});

const carries = ({ traceId, ids }: Pick<SightingRow, 'traceId' | 'ids'>, asked: readonly string[]): boolean =>
  asked.some((id) => id === traceId || ids.includes(id));

const PROTOCOLS: Readonly<Record<string, readonly string[]>> = {
  tcp: ['tcp', 't', '6'],
  udp: ['udp', 'u', '17'],
  icmp: ['icmp', '1'],
  icmpv6: ['icmpv6', '58'],
};

/** As rows of Traffic Analytics may spell it. */
const spelled = (protocol: string): string => (PROTOCOLS[protocol] ?? [protocol]).join(' ');
const nameOf = (text: string): string =>
  Object.entries(PROTOCOLS).find(([, spellings]) => spellings.includes(text))?.[0] ?? text;

/** Bits that two addresses share, of 128. */
const prefixOf = (first: string, last: string): number => {
  const [a, b] = [new Uint8Array(IP_BYTES), new Uint8Array(IP_BYTES)];
  writeIp(first, a, 0);
  writeIp(last, b, 0);
  const byte = a.findIndex((one, i) => one !== b[i]);
  return byte < 0 ? 128 : byte * 8 + Math.clz32((a[byte] as number) ^ (b[byte] as number)) - 24;
};

const usageIn = (answer: WorkspaceAnswer): ReadonlyMap<string, TableUsage> =>
  new Map(
    rowsOf(answer).flatMap((row) => {
      const [first, last] = [timeIn(row('First')), timeIn(row('Last'))];
      if (first === null || last === null) return [];
      const usage = { within: numberIn(row('Within')), known: numberIn(row('Known')), first, last };
      return [[textOf(row('Table')), usage] as const];
    }),
  );

const sourceRow = (table: string, rows: number): SourceRow => ({
  name: table === PODS ? 'pods' : table,
  kind: table === FLOWS ? 'flow-aggregate' : table === PODS ? 'inventory' : 'sighting',
  cluster: '',
  rows,
  rejects: 0,
  first: null,
  watermark: null,
  gaps: [],
  clockOffsetMs: null,
  clockUncertaintyMs: null,
  clockPairs: null,
});
