import { renderEndpoint } from '../../app/address.ts';
import { listedOver } from '../../app/flows-over.ts';
import { coverageOf } from '../../app/coverage.ts';
import { type FlowLine, flowLine } from '../../app/flow-line.ts';
import { pathsIn } from '../../core/egress/egress-path.ts';
import { stepMsOf } from '../../core/flow-steps.ts';
import { allFlows } from '../../core/all-flows.ts';
import { completenessOf, sourceLine } from '../../app/completeness.ts';
import type { VerdictKind } from '../../core/ports.ts';
import { parseTime } from '../../app/parse-time.ts';
import { type Instant, renderInstant } from '../../base/instant.ts';
import { csvOf, print, tableOf } from '../answer.ts';
import { chooseCluster, chooseRange, type Context } from '../context.ts';
import { withAsked } from '../in-workspace.ts';
import { stepsOf, textOf, wholeNumber } from '../flag-values.ts';
import { flowFilters } from '../flow-filters.ts';
import type { Given } from '../globals.ts';
import { refuse } from '../refused.ts';
import type { Meaning } from '../render/colour.ts';
import { bytes, plural } from '../../base/number-text.ts';
import type { Column } from '../render/table.ts';
import { dateTime, shown } from '../render/time.ts';
import { tellChanges } from './changes-words.ts';
import { coverageLine } from './who-words.ts';
import { exitOf } from '../exit-of.ts';

const DEFAULT_LIMIT = 100;

export const runFlows = async (asking: Context, words: readonly string[], given: Given): Promise<number> => {
  const { globals, voice } = asking;
  const narrowed = flowFilters(words, given, globals.namespaces);
  const limit = wholeNumber(given, 'limit', '--limit');
  const all = given['all'] === true;
  if (all && limit !== null) refuse('E105', '--all and --limit contradict each other');
  const changedSince = changedSinceOf(given, asking);
  const steps = stepsOf(given, globals.output, 'flow');
  if (steps !== null && globals.output === 'table')
    refuse('E105', '--steps has no place in a table of flows', { fix: 'Use -o json, or unmasq who ::/0 --steps.' });
  const how = { given, notThere: ['changedSince', 'steps'] };
  return withAsked(asking, how, async ({ store, context, isWorkspace, told: asTold }) => {
    const cluster = await chooseCluster(store, context);
    const range = await chooseRange(store, cluster, context);
    const changes = changedSince === null ? null : await store.changes(cluster, changedSince);
    const kept = all ? null : (limit ?? DEFAULT_LIMIT);
    const query = { ...allFlows(cluster, range), ...narrowed, changedSince, limit: kept };
    const stepMs = steps === null ? null : stepMsOf(range, steps);
    const [rows, told, sources] = await Promise.all([
      store.flows(query),
      stepMs === null ? null : store.flowSteps(query, stepMs),
      store.sources(cluster),
    ]);
    const pathOf = pathsIn(await store.network(cluster));
    const lines = rows.map((row) => flowLine(row, pathOf));
    const report = asTold({
      schemaVersion: 1,
      kind: 'Flows',
      query: {
        cluster,
        from: renderInstant(range.from),
        until: renderInstant(range.until),
        limit: kept,
        ...(changedSince === null ? {} : { changedSince: renderInstant(changedSince) }),
      },
      sources: sources.map(sourceLine),
      completeness: completenessOf(range, sources, []),
      ...(changes === null ? {} : { changes: changes.changes, reopened: changes.reopened }),
      items: lines,
      ...(stepMs === null || told === null ? {} : { over: listedOver(range, stepMs, told) }),
    });
    await print(
      {
        report,
        lines,
        csv: csvOf(CSV, lines),
        table: (options) =>
          lines.length === 0
            ? [changedSince === null ? 'No flows found.' : 'No flow is told differently than it was then.']
            : tableOf(columns(context, changedSince !== null), lines, context)(options),
      },
      context,
    );
    if (changes !== null) tellChanges(changes, voice);
    for (const reason of report.completeness.reasons) voice.warn(reason);
    const coverage = coverageOf(
      rows.map(({ verdict, reason, bytesOut, bytesIn }) => ({
        verdict,
        reason,
        flows: 1,
        bytes: Number(bytesOut) + Number(bytesIn),
      })),
    );
    const more = rows.length === kept ? ` (the newest ${kept}; --all for every one)` : '';
    voice.summary(
      `${coverageLine(coverage)}${more}`,
      lines.length === 0 || isWorkspace ? undefined : `unmasq why ${lines.at(-1)?.flow ?? ''}`,
    );
    return exitOf(globals, { isWhole: report.completeness.complete });
  });
};

export const VERDICT_MEANS: Readonly<Record<VerdictKind, Meaning>> = {
  exact: 'ok',
  probable: 'ok',
  ambiguous: 'warning',
  relayed: 'dim',
  node: 'dim',
  unattributed: 'warning',
};

/** `--changed-since 1h`: when the evidence came in, not when the flows were. */
const changedSinceOf = (given: Given, { outside, zone, voice }: Context): Instant | null => {
  const text = textOf(given, 'changedSince');
  if (text === null) return null;
  const told = parseTime(text, outside.now(), zone, 'first');
  if (!told.ok) return refuse('E106', `--changed-since: ${told.problem}`);
  for (const note of told.value.notes) voice.note(note);
  voice.note(`flows of which something else is said than at ${dateTime(told.value.at, zone)}`);
  return told.value.at;
};

/** Who sent it, in the fewest words that are true. */
export const sender = (flow: FlowLine): string => {
  const { pod, workload, verdict, node, candidates, candidateCount, reason } = flow;
  if (verdict === 'probable' && workload !== null) return `${workload.namespace}/${workload.name}, probably`;
  if (pod !== null) return `${pod.namespace}/${pod.name}`;
  const [only] = candidates;
  if (candidateCount === 1 && only !== undefined && 'pod' in only)
    return `(perhaps ${only.namespace}/${only.pod ?? only.workload})`;
  switch (verdict) {
    case 'node':
      return `(node ${node ?? ''})`;
    case 'ambiguous':
    case 'probable':
      return `(${likeliest(flow)}${plural(candidateCount, 'candidate')})`;
    default:
      return `(${reason ?? 'unknown'})`;
  }
};

/** A workload that is likelier than all others together, where probabilities tell. */
const likeliest = ({ candidates, evidence }: FlowLine): string => {
  if (!evidence.includes('rates')) return '';
  const chances = new Map<string, number>();
  for (const one of candidates) {
    if ('others' in one) continue;
    const name = 'node' in one ? 'the node' : `${one.namespace}/${one.workload}`;
    chances.set(name, (chances.get(name) ?? 0) + one.probability);
  }
  const [name, chance] = [...chances].sort(([, a], [, b]) => b - a)[0] ?? ['', 0];
  return chance > 0.5 ? `likely ${name}, ` : '';
};

const destination = ({ destIp, destPort, protocol, flows }: FlowLine): string =>
  `${renderEndpoint(destIp, destPort)}/${protocol}${flows === undefined ? '' : ` ×${flows}`}`;

/** Who was said to have sent it. */
const senderBefore = ({ was }: FlowLine): string => {
  if (was === undefined) return '-';
  const { verdict, reason, pod } = was;
  if (pod !== null) return pod.name === '' ? `(pod ${pod.uid})` : `${pod.namespace}/${pod.name}`;
  return `(${reason === null ? verdict : `${verdict}: ${reason}`})`;
};

const columns = ({ zone }: Context, isChanged: boolean): readonly Column<FlowLine>[] => [
  { header: 'BEGIN', leaves: 0, of: (f) => shown(f.begin, zone) },
  ...(isChanged
    ? [
        { header: 'CHANGED', leaves: 0, of: (f: FlowLine) => shown(f.was?.changedAt ?? null, zone) },
        { header: 'WAS', leaves: 0, of: senderBefore },
      ]
    : []),
  { header: isChanged ? 'IS' : 'FROM', leaves: 0, means: (f) => (f.pod === null ? null : 'identity'), of: sender },
  { header: 'WIRE', leaves: 3, of: (f) => renderEndpoint(f.srcIp, f.srcPort) },
  { header: 'DESTINATION', leaves: 0, of: destination },
  { header: 'OUT', align: 'right', leaves: 4, of: (f) => bytes(Number(f.bytesOut)) },
  { header: 'IN', align: 'right', leaves: 5, of: (f) => bytes(Number(f.bytesIn)) },
  {
    header: 'VERDICT',
    leaves: 0,
    means: (f) => VERDICT_MEANS[f.verdict],
    of: (f) => (f.decision === 'denied' ? `${f.verdict}, denied` : f.verdict),
  },
  { header: 'FLOW', leaves: 1, of: (f) => f.flow },
  { header: 'REASON', leaves: 2, wide: true, of: (f) => f.reason ?? '-' },
  { header: 'END', leaves: 2, wide: true, of: (f) => shown(f.end, zone) },
  { header: 'NODE', leaves: 2, wide: true, of: (f) => f.node ?? '-' },
  { header: 'EGRESS', leaves: 2, wide: true, of: (f) => f.egressPath },
  {
    header: 'POD ADDRESS',
    leaves: 2,
    wide: true,
    of: (f) => (f.pod === null ? '-' : renderEndpoint(f.pod.ip, f.pod.port)),
  },
  { header: 'DIRECTION', leaves: 2, wide: true, of: (f) => f.direction },
  { header: 'SEEN BY', leaves: 2, wide: true, of: (f) => f.observedBy.join(',') },
  { header: 'EVIDENCE', leaves: 2, wide: true, of: (f) => f.evidence.join(',') || '-' },
];

const CSV = [
  { name: 'flow', of: (f: FlowLine) => f.flow },
  { name: 'cluster', of: (f: FlowLine) => f.cluster },
  { name: 'begin', of: (f: FlowLine) => f.begin },
  { name: 'end', of: (f: FlowLine) => f.end },
  { name: 'node', of: (f: FlowLine) => f.node },
  { name: 'src_ip', of: (f: FlowLine) => f.srcIp },
  { name: 'src_port', of: (f: FlowLine) => f.srcPort },
  { name: 'dest_ip', of: (f: FlowLine) => f.destIp },
  { name: 'dest_port', of: (f: FlowLine) => f.destPort },
  { name: 'protocol', of: (f: FlowLine) => f.protocol },
  { name: 'direction', of: (f: FlowLine) => f.direction },
  { name: 'decision', of: (f: FlowLine) => f.decision },
  { name: 'rule', of: (f: FlowLine) => f.rule },
  { name: 'packets_out', of: (f: FlowLine) => f.packetsOut },
  { name: 'bytes_out', of: (f: FlowLine) => f.bytesOut },
  { name: 'packets_in', of: (f: FlowLine) => f.packetsIn },
  { name: 'bytes_in', of: (f: FlowLine) => f.bytesIn },
  { name: 'observed_by', of: (f: FlowLine) => f.observedBy.join(' ') },
  { name: 'egress_path', of: (f: FlowLine) => f.egressPath },
  { name: 'verdict', of: (f: FlowLine) => f.verdict },
  { name: 'reason', of: (f: FlowLine) => f.reason },
  { name: 'namespace', of: (f: FlowLine) => f.pod?.namespace ?? null },
  { name: 'kind', of: (f: FlowLine) => f.workload?.kind ?? null },
  { name: 'workload', of: (f: FlowLine) => f.workload?.name ?? null },
  { name: 'pod', of: (f: FlowLine) => f.pod?.name ?? null },
  { name: 'pod_uid', of: (f: FlowLine) => f.pod?.uid ?? null },
  { name: 'pod_ip', of: (f: FlowLine) => f.pod?.ip ?? null },
  { name: 'pod_port', of: (f: FlowLine) => f.pod?.port ?? null },
  { name: 'candidates', of: (f: FlowLine) => f.candidateCount },
  { name: 'evidence', of: (f: FlowLine) => f.evidence.join(' ') },
  { name: 'flows', of: (f: FlowLine) => f.flows ?? 1 },
  { name: 'changed_at', of: (f: FlowLine) => f.was?.changedAt ?? null },
  { name: 'was_verdict', of: (f: FlowLine) => f.was?.verdict ?? null },
  { name: 'was_reason', of: (f: FlowLine) => f.was?.reason ?? null },
  { name: 'was_pod_uid', of: (f: FlowLine) => f.was?.pod?.uid ?? null },
] as const;
