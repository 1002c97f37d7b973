import { accuracySays } from '../../app/accuracy.ts';
import { only, renderEndpoint } from '../../app/address.ts';
import { civilAt, type Zone } from '../../app/civil-time.ts';
import { clientsBehind } from '../../app/behind-relay.ts';
import { EXIT } from '../../app/errors.ts';
import { type FlowName, parseFlowName } from '../../app/flow-name.ts';
import { pathsIn } from '../../core/egress/egress-path.ts';
import { allFlows } from '../../core/all-flows.ts';
import { type Fact, type WhyReport, whyReport } from '../../app/why.ts';
import { type Instant, renderInstant } from '../../base/instant.ts';
import type { Store } from '../../core/ports.ts';
import { print } from '../answer.ts';
import { chooseCluster, chooseRange, type Context, withStore } from '../context.ts';
import { must, refuse } from '../refused.ts';
import { bytes, plural, percent } from '../../base/number-text.ts';
import { clock, dateTime, duration, shown } from '../render/time.ts';
import { visible } from '../render/visible.ts';
import { VERDICT_MEANS } from './flows.ts';

export const runWhy = async (context: Context, words: readonly string[]): Promise<number> => {
  const asked = words.join(' ');
  const name = must(parseFlowName(asked));
  return withStore(context, async (store) => {
    const cluster = await chooseCluster(store, context);
    const id = await idOf(name, asked, cluster, store, context);
    const evidence = await store.evidence(cluster, id);
    if (evidence === null)
      return refuse('E113', `flow ${id} is not in the store`, {
        why: `cluster ${cluster} has no flow that this id names`,
      });
    const { zone, globals } = context;
    const forPeople = globals.output === 'table' || globals.output === 'wide';
    const report = whyReport(
      asked,
      evidence,
      await store.sources(cluster),
      forPeople ? (at) => nearTo(evidence.flow.begin, at, zone) : renderInstant,
      await clientsBehind(store, evidence.flow),
      pathsIn(await store.network(cluster)),
    );
    await print({ report, table: () => whyLines(report, context) }, context);
    return EXIT.done;
  });
};

/** The day and the zone stand in the first line; another day is written out. */
export const nearTo = (begin: Instant, at: Instant, zone: Zone): string => {
  const [there, here] = [civilAt(begin, zone), civilAt(at, zone)];
  return there.year === here.year && there.month === here.month && there.day === here.day
    ? clock(at, zone)
    : dateTime(at, zone);
};

const SEVERAL_SHOWN = 5;

const idOf = async (
  name: FlowName,
  asked: string,
  cluster: string,
  store: Store,
  context: Context,
): Promise<string> => {
  if (name.kind === 'id') {
    for (const flag of ['since', 'until', 'at'] as const) {
      if (context.globals[flag] !== null)
        refuse('E104', `--${flag} cannot be honoured beside the id of a flow`, {
          why: 'an id names one flow, whatever the time',
        });
    }
    return name.id;
  }
  const range = await chooseRange(store, cluster, context);
  const rows = await store.flows({
    ...allFlows(cluster, range),
    srcIps: [only(name.srcIp)],
    dest: [only(name.destIp)],
    srcPorts: name.srcPort === null ? [] : [name.srcPort],
    destPorts: name.destPort === null ? [] : [name.destPort],
    protocols: name.protocol === null ? [] : [name.protocol],
    limit: SEVERAL_SHOWN + 1,
  });
  const newest =
    rows.at(-1) ??
    refuse('E113', `no flow ${asked} is in the store`, {
      why: 'no flow of that tuple was alive in the range asked about; a tuple is as on the wire, so a flow that was translated has the address and port of the node',
      fix: `Take an id from \`unmasq flows --dest ${renderEndpoint(name.destIp, name.destPort)}\`, or see who talked to it with \`unmasq who ${renderEndpoint(name.destIp, name.destPort)}\`.`,
    });
  if (rows.length > 1) {
    const others = rows
      .slice(0, -1)
      .slice(-SEVERAL_SHOWN)
      .toReversed()
      .map((row) => `${row.flow} of ${dateTime(row.begin, context.zone)}`);
    context.voice.note(
      `${rows.length > SEVERAL_SHOWN ? 'many' : rows.length} flows match; this is the newest. Before it: ${others.join(', ')}`,
    );
  }
  return newest.flow;
};

/** Facts of one side beyond which a page is no page. */
const FACTS_SHOWN = 8;
const RECORDS_SHOWN = 6;

export const whyLines = (report: WhyReport, context: Context): readonly string[] => {
  const { paint, zone, globals } = context;
  const { flow, verdict, records } = report;
  const wide = globals.output === 'wide';
  const length = flow.end === null ? 'end not seen' : duration(Date.parse(flow.end) - Date.parse(flow.begin));
  const title = (text: string): string => paint('bold', text.padEnd(10));
  const section = (name: string, facts: readonly string[], most: number): readonly string[] =>
    facts.length === 0
      ? []
      : [
          ...facts
            .slice(0, wide ? facts.length : most)
            .map((fact, i) => `${i === 0 ? title(name) : ' '.repeat(10)} ${visible(fact)}`),
          ...(wide || facts.length <= most
            ? []
            : [`${' '.repeat(10)} ${paint('dim', `and ${facts.length - most} more: -o wide`)}`]),
        ];
  const wire = `${renderEndpoint(flow.srcIp, flow.srcPort)} → ${renderEndpoint(flow.destIp, flow.destPort)}/${flow.protocol}`;
  return [
    visible(
      `${flow.flow}  ${shown(flow.begin, zone)}  ${wire}  ${length}, ${bytes(Number(flow.bytesOut))} out, ${bytes(Number(flow.bytesIn))} in`,
    ),
    `${paint(VERDICT_MEANS[verdict.kind], verdict.kind)}: ${visible(verdict.says)}${flow.workload === null ? '' : visible(` (${flow.workload.kind.toLowerCase()}/${flow.workload.name})`)}`,
    '',
    ...section('Egress', [`${report.egress.path}: ${report.egress.why}`], 1),
    ...section('For', report.for.map(factText), FACTS_SHOWN),
    ...section('Against', report.against.map(factText), FACTS_SHOWN),
    ...section('Ruled out', report.ruledOut.map(factText), 4),
    ...section(
      'Missing',
      report.missing.flatMap(({ what, how }) => [what, `  → ${how}`]),
      FACTS_SHOWN,
    ),
    ...section(
      'Candidates',
      flow.candidateCount < 2 ? [] : flow.candidates.map((candidate) => candidateText(candidate, flow.evidence)),
      FACTS_SHOWN,
    ),
    ...section('Checked', report.accuracy === null ? [] : [accuracySays(report.accuracy)], 1),
    ...section('Clock', [clockText(report.clock)], 1),
    ...section(
      'Raw',
      [
        `${plural(records.length, 'flow record')}, ${plural(report.translations.length, 'conntrack entry', 'conntrack entries')}: unmasq why ${flow.flow} -o json`,
        ...(wide
          ? records.map(
              (r) =>
                `${shown(r.at, zone)} ${r.state} ${r.mac} ${r.rule} ${bytes(r.bytesOut)} out, ${bytes(r.bytesIn)} in`,
            )
          : []),
      ],
      RECORDS_SHOWN,
    ),
  ];
};

const factText = ({ text, source }: Fact): string => `${text}  (${source})`;

const candidateText = (candidate: WhyReport['flow']['candidates'][number], evidence: readonly string[]): string => {
  const who =
    'others' in candidate
      ? `and ${candidate.others} more`
      : 'node' in candidate
        ? 'the node itself'
        : `${candidate.namespace}/${candidate.pod ?? candidate.workload}`;
  return evidence.includes('rates') ? `${percent(candidate.probability, 1).padStart(6)}  ${who}` : who;
};

const clockText = ({ offsetMs, uncertaintyMs, pairs }: WhyReport['clock']): string =>
  pairs === 0
    ? `not measured: times of flow log and node are taken to agree within ${duration(uncertaintyMs)}`
    : `flow log less node: ${offsetMs} ms ± ${uncertaintyMs} ms (${plural(pairs, 'connection')} seen by both)`;
