import { HOUR, type Instant, MINUTE, SECOND } from '../base/instant.ts';
import type { Attempts, Calls, Denials, Lookups, LookupStep, PodEnd, PortUse } from '../core/diagnosis/signals.ts';
import { OPEN } from '../core/attribution/lease.ts';
import type { PodNamed, SignalsQuery, StoreSignals } from '../core/ports.ts';
import { type Symptom, symptomIn } from '../core/symptom.ts';
import { endpointParams } from './endpoint-params.ts';
import type { Engine, Params } from './engine.ts';
import { ipText } from './ip-text.ts';
import { protocolName } from './protocol.ts';
import { inventoryInForce } from './read-flows.ts';
import { readPods } from './read-pods.ts';
import { inParts, inShards, nodeNames, type NodesByIp, nodeAt } from './read-ports.ts';
import { filtering } from './sql.ts';

/** A connection of so few packets is one exchange or two. */
const SHORT_PACKETS = 40;
/** What a pod did last is seen so near its end. */
const AROUND = 2 * SECOND;
/** Calls fail from when a pod is told to end, and are told of for a moment after. */
const ENDING = 5 * SECOND;
/** Nothing on the way forgets a connection so soon. */
const QUICK = 3 * SECOND;
/** So many more packets out than in are no accident of how a stack acknowledges. */
const STRAINED_BY = 3;
/** Nobody gives up sooner. */
const PATIENCE = 500;
/** Rows of one kind: the most troubled come first. */
const MOST = 20_000;
/** A connection that began later may be answered yet. */
const SETTLING = 3 * SECOND;
/** An entry is forgotten so long after its last packet that the end of a question may be told. */
const LATE = 3 * MINUTE;
/** Two nodes tell of the same question within so much. */
const SAME = 10 * SECOND;
/** Steps of the questions to a DNS server. */
const MOST_STEPS = 600;
/** Fewer ports than these are no use of note. */
const LEAST_PORTS = 8;

/** What a diagnosis rests on, of flows, connection tracking, sightings and pods. */
export const readSignals = async (engine: Engine, query: SignalsQuery, keptFrom: Instant): Promise<StoreSignals> => {
  const { cluster, from, until } = query;
  const inventory = await inventoryInForce(engine, cluster);
  const params = paramsOf(query, inventory, keptFrom);
  const nodes = await nodeNames(engine, cluster, inventory);
  const rows = <Row>(name: string, more: Params = {}): Promise<Row[]> =>
    engine.rows<Row>(filtering(`diagnosis/${name}`, { ...params, ...more }), { ...params, ...more });
  const attempts = await rows<AttemptRow>('attempts');
  const denials = await rows<DenialRow>('denials');
  const lookups = await rows<LookupRow>('lookups');
  const stepMs = Math.max(SECOND, Math.ceil((until - from) / MOST_STEPS));
  const steps = await rows<StepRow>('lookup-steps', { step_ms: stepMs });
  const calls = await rows<CallRow>('calls');
  const ends = await rows<EndRow>('ends');
  const nodeUses = await usesOf(engine, query, inventory, keptFrom, 0);
  const podUses = await usesOf(engine, query, inventory, keptFrom, 1);
  const uids = [...new Set([...attempts, ...podUses].flatMap(({ uid }) => (uid === '' ? [] : [uid])))];
  const pods = await readPods(engine, cluster, inventory, uids);
  const dnsServers = new Set(lookups.map(({ server_ip }) => server_ip));
  return {
    attempts: attempts.map((row) => attemptsOf(row, pods)),
    denials: denials.map(denialsOf),
    lookups: lookups.map((row) => lookupsOf(row, dnsServers, nodes)),
    lookupSteps: steps.map(stepOf),
    calls: callsOf(calls),
    ends: ends.map(endOf),
    nodePorts: nodeUses.map((row) => useOf(row, pods, nodes)),
    podPorts: podUses.map((row) => useOf(row, pods, nodes)),
  };
};

const paramsOf = (
  { cluster, from, until, dest, destPorts, nodes }: SignalsQuery,
  inventory: number,
  keptFrom: Instant,
): Params => ({
  cluster,
  inventory,
  from_ms: Math.max(from, keptFrom),
  until_ms: until,
  settled_ms: until - SETTLING,
  late_ms: LATE,
  same_ms: SAME,
  open_ms: Math.min(OPEN, until + 1_000 * HOUR),
  ...endpointParams('dest', dest),
  dest_ports: [...destPorts],
  nodes: [...nodes],
  short_packets: SHORT_PACKETS,
  quick_ms: QUICK,
  around_ms: AROUND,
  ending_ms: ENDING,
  strained_by: STRAINED_BY,
  patience_ms: PATIENCE,
  limit: MOST,
});

const told = (ms: number): Instant | null => (ms <= 0 ? null : (ms as Instant));

interface AttemptRow {
  readonly node: string;
  readonly src_ip: string;
  readonly uid: string;
  readonly dest_ip: string;
  readonly dest_port: number;
  readonly protocol: number;
  readonly answered: number;
  readonly unanswered: number;
  readonly refused: number;
  readonly denied: number;
  readonly untold: number;
  readonly ports: number;
  readonly trouble_from_ms: number;
  readonly trouble_until_ms: number;
  readonly answered_until_ms: number;
  readonly answered_between: number;
  readonly answered_by_slice: readonly number[];
  readonly quick: number;
  readonly quick_by_slice: readonly number[];
  readonly strained_by_slice: readonly number[];
  readonly old: number;
  readonly strained_old: number;
  readonly strained_old_from_ms: number;
  readonly strained: number;
  readonly strained_from_ms: number;
  readonly speechless: number;
  readonly speechless_from_ms: number;
  readonly speechless_ms: number;
}

const attemptsOf = (row: AttemptRow, pods: ReadonlyMap<string, PodNamed>): Attempts => ({
  node: row.node === '' ? null : row.node,
  srcIp: ipText(row.src_ip),
  pod: pods.get(row.uid) ?? null,
  destIp: ipText(row.dest_ip),
  destPort: row.dest_port,
  protocol: protocolName(row.protocol),
  answered: row.answered,
  unanswered: row.unanswered,
  refused: row.refused,
  denied: row.denied,
  untold: row.untold,
  ports: row.ports,
  troubleFrom: told(row.trouble_from_ms),
  troubleUntil: told(row.trouble_until_ms),
  answeredUntil: told(row.answered_until_ms),
  answeredBetween: row.answered_between,
  answeredBySlice: row.answered_by_slice,
  quick: row.quick,
  quickBySlice: row.quick_by_slice,
  strainedBySlice: row.strained_by_slice,
  strained: row.strained,
  strainedFrom: told(row.strained_from_ms),
  old: row.old,
  strainedOld: row.strained_old,
  strainedOldFrom: told(row.strained_old_from_ms),
  speechless: row.speechless,
  speechlessFrom: told(row.speechless_from_ms),
  speechlessMs: row.speechless_ms,
});

interface DenialRow {
  readonly src_ip: string;
  readonly dest_ip: string;
  readonly dest_port: number;
  readonly protocol: number;
  readonly by_firewall: number;
  readonly rule: string;
  readonly times: number;
  readonly first_ms: number;
  readonly last_ms: number;
}

const denialsOf = (row: DenialRow): Denials => ({
  srcIp: ipText(row.src_ip),
  destIp: ipText(row.dest_ip),
  destPort: row.dest_port,
  protocol: protocolName(row.protocol),
  by: row.by_firewall === 1 ? 'firewall' : 'nsg',
  rule: row.rule,
  count: row.times,
  first: row.first_ms as Instant,
  last: row.last_ms as Instant,
});

interface LookupRow {
  readonly teller: string;
  readonly src_ip: string;
  readonly asked_ip: string;
  readonly server_ip: string;
  readonly asked: number;
  readonly unanswered: number;
  readonly trouble_from_ms: number;
  readonly trouble_until_ms: number;
}

const lookupsOf = (row: LookupRow, servers: ReadonlySet<string>, nodes: NodesByIp): Lookups => ({
  node: row.teller === '' ? nodeAt(nodes, row.src_ip, row.trouble_from_ms) : row.teller,
  srcIp: ipText(row.src_ip),
  isDnsServer: servers.has(row.src_ip),
  askedIp: ipText(row.asked_ip),
  serverIp: ipText(row.server_ip),
  asked: row.asked,
  unanswered: row.unanswered,
  troubleFrom: told(row.trouble_from_ms),
  troubleUntil: told(row.trouble_until_ms),
});

interface StepRow {
  readonly server_ip: string;
  readonly at_ms: number;
  readonly sockets: number;
  readonly asked: number;
  readonly unanswered: number;
}

const stepOf = ({ server_ip, at_ms, sockets, asked, unanswered }: StepRow): LookupStep => ({
  serverIp: ipText(server_ip),
  at: at_ms as Instant,
  sockets,
  asked,
  unanswered,
});

interface CallRow {
  readonly pod_uid: string;
  readonly namespace: string;
  readonly pod: string;
  readonly on_node: string;
  readonly dest_ip: string;
  readonly dest_port: number;
  readonly dest_host: string;
  readonly is_error: number;
  readonly result: string;
  readonly calls: number;
  readonly first_ms: number;
  readonly last_ms: number;
  readonly ending: number;
  readonly took_ms: number;
  readonly spans: number;
  readonly says: string;
}

/** Ways to end that are the same symptom are kept apart: each has its own words. */
const callsOf = (rows: readonly CallRow[]): readonly Calls[] =>
  rows.map((row) => ({
    podUid: row.pod_uid,
    namespace: row.namespace,
    pod: row.pod,
    node: row.on_node === '' ? null : row.on_node,
    destIp: ipText(row.dest_ip) === '::' ? null : ipText(row.dest_ip),
    destPort: row.dest_port,
    destHost: row.dest_host,
    symptom: symptomOf(row),
    calls: row.calls,
    first: row.first_ms as Instant,
    last: row.last_ms as Instant,
    ending: row.ending,
    says: row.says === '' ? row.result : row.says,
  }));

/** Calls that failed without a word and took so long were given up. */
const GIVEN_UP = SECOND;

const symptomOf = ({ is_error, result, says, spans, took_ms }: CallRow): Symptom | 'failed' | null =>
  result === '503'
    ? 'unavailable'
    : (symptomIn(result) ??
      (is_error === 1
        ? (symptomIn(says) ??
          (spans > 0 && took_ms >= GIVEN_UP && !/^\d{3}$/.test(result) ? 'request-timeout' : 'failed'))
        : null));

interface EndRow {
  readonly uid: string;
  readonly in_namespace: string;
  readonly name: string;
  readonly ips: readonly string[];
  readonly from_ms: number;
  readonly until_ms: number;
  readonly cut: number;
}

const endOf = (row: EndRow): PodEnd => ({
  uid: row.uid,
  namespace: row.in_namespace,
  pod: row.name,
  ips: row.ips.map(ipText),
  from: row.from_ms as Instant,
  until: row.until_ms as Instant,
  cut: row.cut,
});

interface UseRow {
  readonly src: string;
  readonly uid: string;
  readonly dest_ip: string;
  readonly dest_port: number;
  readonly protocol: number;
  readonly began: number;
  readonly different: number;
  readonly peak: number;
  readonly peak_ms: number;
  readonly at_peak_ms: number;
}

const usesOf = async (
  engine: Engine,
  query: SignalsQuery,
  inventory: number,
  keptFrom: Instant,
  byPod: 0 | 1,
): Promise<readonly UseRow[]> => {
  const uses: UseRow[] = [];
  // What a pod sends may be on every shard, and of pods nothing need be translated.
  const [parts, of_nodes] = byPod === 1 ? [inParts<UseRow>, false] : [inShards<UseRow>, true];
  const more = { by_pod: byPod, of_nodes, least: LEAST_PORTS, limit: MOST };
  for await (const some of parts(engine, 'ports/uses', { ...query, inside: [] }, inventory, keptFrom, more))
    uses.push(...some);
  return uses;
};

const useOf = (row: UseRow, pods: ReadonlyMap<string, PodNamed>, nodes: NodesByIp): PortUse => ({
  node: row.uid === '' ? nodeAt(nodes, row.src, row.peak_ms) : null,
  srcIp: ipText(row.src),
  pod: pods.get(row.uid) ?? null,
  destIp: ipText(row.dest_ip),
  destPort: row.dest_port,
  protocol: protocolName(row.protocol),
  began: row.began,
  peak: row.peak,
  peakAt: row.peak_ms as Instant,
  atPeakMs: row.at_peak_ms,
  ports: row.different,
});
