import { DAY, type Instant, instant, renderInstant } from '../base/instant.ts';
import type { SourceRow } from '../core/ports.ts';
import type { TimeRange } from './time-range.ts';

export interface SourceLine {
  readonly name: string;
  readonly kind: string;
  readonly watermark: string | null;
  readonly rows: number;
}

export const sourceLine = ({ name, kind, watermark, rows }: SourceRow): SourceLine => ({
  name,
  kind,
  watermark: watermark === null ? null : renderInstant(watermark),
  rows,
});

export interface Completeness {
  readonly complete: boolean;
  /** One sentence each. */
  readonly reasons: readonly string[];
}

export const isFlowLog = ({ kind }: SourceRow): boolean => kind === 'flow-log';
const isAggregates = ({ kind }: SourceRow): boolean => kind === 'flow-aggregate';
export const isPods = ({ kind, name }: SourceRow): boolean => kind === 'inventory' && name === 'pods';
export const isConntrack = ({ kind }: SourceRow): boolean => kind === 'conntrack';
export const isFirewall = ({ kind }: SourceRow): boolean => kind === 'firewall';
/** The conntrack of one node goes by the node's name; of a node that is not known, by the file's. */
export const conntrackOf = (node: string): string => `conntrack ${node}`;

/** Whose conntrack it is; null: it is none. */
export const conntrackNode = (source: SourceRow): string | null =>
  isConntrack(source) ? source.name.slice(conntrackOf('').length) : null;

/** Of these nodes those whose conntrack was not read, while that of others was. */
export const withoutConntrack = (nodes: Iterable<string>, sources: readonly SourceRow[]): readonly string[] => {
  const read = new Set(sources.filter(isConntrack).map(({ name }) => name));
  return read.size === 0 ? [] : [...new Set(nodes)].filter((node) => !read.has(conntrackOf(node))).sort();
};

/** Sums that stand for flows which are no longer kept. */
export interface Summed {
  /** 0: all are kept. */
  readonly from: Instant;
  /** When the first flow began that they tell of; null: they tell of none. */
  readonly first: Instant | null;
}

/**
 * What keeps an answer about `range` from being the whole one. `nodesWithout` are nodes that sent flows which no translation explains; `summed`:
 * it was counted from these, too.
 */
export const completenessOf = (
  range: Pick<TimeRange, 'from' | 'until' | 'chosen'>,
  sources: readonly SourceRow[],
  nodesWithout: readonly string[],
  summed: Summed | null = null,
): Completeness => {
  // Who told of flows that sums alone are left of nobody knows any more.
  const isToldBySums = summed !== null && summed.first !== null && !sources.some(tellsOfFlows);
  const reasons = [
    ...(isToldBySums ? [] : missing(sources)),
    ...(summed === null ? expired(range, sources) : expiredSums(range, summed)),
    ...early(range, sources, summed),
    ...late(range, sources),
    ...gaps(range, sources),
    ...untranslated(nodesWithout),
  ];
  return { complete: reasons.length === 0, reasons };
};

/**
 * Why flows of `range` may not have been seen at all, which is worse than not knowing whose they were. Where the flow log tells of the
 * whole range nothing is unseen: of a node without conntrack it is only unknown who sent.
 */
export const unseenIn = (
  range: Pick<TimeRange, 'from' | 'until' | 'chosen'>,
  sources: readonly SourceRow[],
): readonly string[] => {
  const flowLogs = sources.filter(isFlowLog);
  const tellers = flowLogs.length > 0 ? flowLogs : sources.filter(isConntrack);
  if (tellers.length === 0) return withoutFlows(sources);
  const untold = tellers.flatMap(({ name, first, watermark }) =>
    first !== null && first >= range.until
      ? [`${name} begins at ${renderInstant(first)}: it tells nothing of that time`]
      : watermark !== null && watermark < range.from
        ? [`${name} ends at ${renderInstant(watermark)}: it tells nothing of that time`]
        : [],
  );
  const edges =
    untold.length > 0
      ? []
      : [...expired(range, sources), ...early(range, flowLogs.length > 0 ? tellers : sources), ...late(range, sources)];
  return [...firstFew(untold), ...edges, ...gaps(range, tellers)];
};

/** Of fifty nodes three show what is meant. */
const firstFew = (reasons: readonly string[]): readonly string[] =>
  reasons.length <= 3 ? reasons : [...reasons.slice(0, 3), `and ${reasons.length - 3} more sources`];

const missing = (sources: readonly SourceRow[]): readonly string[] => {
  if (sources.length === 0) return ['nothing has been ingested yet'];
  return [
    ...withoutFlows(sources),
    ...(sources.some(isPods) ? [] : ['no pod inventory was ingested: no address can be given a name']),
  ];
};

const withoutFlows = (sources: readonly SourceRow[]): readonly string[] => {
  const [flowLog, conntrack] = [sources.some(isFlowLog), sources.some(isConntrack)];
  if (!flowLog && sources.some(isAggregates)) {
    const rest = conntrack ? 'what conntrack did not see is' : 'flows are';
    return [
      `no flow log was ingested: ${rest} known from Traffic Analytics, which tells no source port, so that flows that left through a node address cannot be exact`,
    ];
  }
  if (!flowLog && !conntrack) return ['neither flow log nor conntrack was ingested: no flow is known'];
  if (!flowLog) return ['no flow log was ingested: only what conntrack saw is known'];
  return conntrack ? [] : ['no conntrack was ingested: flows that left through a node address cannot be exact'];
};

/** What is no longer kept is no silence. */
const expired = (
  { from, chosen }: Pick<TimeRange, 'from' | 'chosen'>,
  sources: readonly SourceRow[],
): readonly string[] => {
  const keptFrom = flowsKeptFrom(sources);
  if (!chosen || from >= keptFrom) return [];
  // It is the same for all.
  const [summed] = sources.flatMap(({ summedFrom }) => summedFrom ?? []);
  const since = summed === undefined || summed === 0 ? '' : `, from ${renderInstant(summed)} on`;
  const rest = summed === undefined ? '' : `; what each sender sent is still told${since}: unmasq map --to all`;
  return [`flows are kept from ${renderInstant(instant(keptFrom))} on: earlier ones are no longer known${rest}`];
};

const expiredSums = (
  { from, chosen }: Pick<TimeRange, 'from' | 'chosen'>,
  { from: keptFrom }: Summed,
): readonly string[] =>
  !chosen || from >= keptFrom
    ? []
    : [`what each sender sent is kept from ${renderInstant(keptFrom)} on: what was sent earlier is no longer known`];

/** 0: all are kept. */
const flowsKeptFrom = (sources: readonly SourceRow[]): number =>
  sources.filter(tellsOfFlows).reduce((from, { keptFrom }) => Math.max(from, keptFrom ?? 0), 0);

const tellsOfFlows = (source: SourceRow): boolean => isFlowLog(source) || isConntrack(source) || isAggregates(source);

/** A source states its first row, not when it began to look: what was before is not known, and silence is no proof of quiet. */
const early = (
  { from, chosen }: Pick<TimeRange, 'from' | 'chosen'>,
  sources: readonly SourceRow[],
  summed: Summed | null = null,
): readonly string[] => {
  if (!chosen) return [];
  // Of a node's clock as the flow log would have written it: the range is in those times.
  const firsts = sources
    .filter(tellsOfFlows)
    .flatMap(({ first, clockOffsetMs }) => (first === null ? [] : [first + (clockOffsetMs ?? 0)]));
  const oldest = Math.min(...firsts, summed?.first ?? Number.POSITIVE_INFINITY);
  // Whether there was more before sums are kept nobody knows any more: that the first day begins quietly says nothing.
  const keptFrom = summed === null ? flowsKeptFrom(sources) : summed.from + DAY;
  return Math.max(from, keptFrom) < oldest && oldest < Number.POSITIVE_INFINITY
    ? [`what was read tells of flows from ${renderInstant(instant(oldest))} on: earlier flows are not known`]
    : [];
};

/** Only a range that somebody chose can reach beyond the sources; everything there is never does. */
const late = (
  { until, chosen }: Pick<TimeRange, 'until' | 'chosen'>,
  sources: readonly SourceRow[],
): readonly string[] => {
  if (!chosen) return [];
  const marks = sources
    .filter((source) => isFlowLog(source) || isAggregates(source))
    .flatMap(({ watermark }) => (watermark === null ? [] : [watermark]));
  const newest = marks.reduce((a, b) => (a > b ? a : b), 0);
  return newest === 0 || until <= newest
    ? []
    : [
        `the ${sources.some(isFlowLog) ? 'flow logs' : 'rows of Traffic Analytics'} that were read end at ${renderInstant(marks.reduce((a, b) => (a > b ? a : b)))}: later flows are known from conntrack alone`,
      ];
};

const gaps = ({ from, until }: Pick<TimeRange, 'from' | 'until'>, sources: readonly SourceRow[]): readonly string[] =>
  sources.flatMap((source) => {
    const touching = source.gaps.filter((gap) => gap.from < until && (gap.until === null || from < gap.until));
    const [first] = touching;
    if (first === undefined) return [];
    const node = first.node === '' || source.name === conntrackOf(first.node) ? '' : ` on ${first.node}`;
    const end = first.until === null ? 'an unknown end' : renderInstant(first.until);
    const more = touching.length === 1 ? '' : `, and ${touching.length - 1} more gaps`;
    return [
      `${source.name}${node} may have lost data from ${renderInstant(first.from)} to ${end} (${first.why})${more}`,
    ];
  });

const untranslated = (nodes: readonly string[]): readonly string[] => {
  const [first, second] = nodes;
  if (first === undefined) return [];
  if (nodes.length > 3)
    return [`no conntrack from ${nodes.length} nodes (${first}, ${second} …): flows there cannot be exact`];
  return nodes.map((node) => `no conntrack from node ${node}: flows there cannot be exact`);
};
