import { type Instant, instant, renderInstant } from '../base/instant.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { type Amount, type Change, type ChangeKind, changeOf } from '../core/comparison/change.ts';
import type { Workload } from '../core/facts.ts';
import type { CoverageRow, FlowQuery, SourceRow, Store, VerdictKind, WhoRow, WhoRows } from '../core/ports.ts';
import { type Completeness, completenessOf, type SourceLine, sourceLine, unseenIn } from './completeness.ts';
import { type Coverage, coverageOf } from './coverage.ts';
import { type Trouble, trouble } from './errors.ts';
import { parseDuration } from './parse-time.ts';
import type { TimeRange } from './time-range.ts';
import { itemOf, nameOf, nodesWithoutConntrack, senderOf, type WhoItem, type WhoPod } from './who.ts';

/** One sender in one of the two intervals. */
export interface ComparedSide {
  /** Expected number: a sum of probabilities. */
  readonly flows: number;
  readonly exactFlows: number;
  /** All flows that may be its. */
  readonly possibleFlows: number;
  readonly bytesOut: number;
  readonly bytesIn: number;
  /** Of all flows to the destination in that interval, 0 to 1. */
  readonly share: number;
  readonly first: string;
  readonly last: string;
  readonly pods: readonly WhoPod[];
}

/** One workload, or one node as the origin itself (`workload: null`), and what became of it. */
export interface ComparedItem {
  readonly change: ChangeKind;
  readonly certainty: 'certain' | 'possible';
  readonly workload: Workload | null;
  readonly node?: string;
  /** null: none of the flows in that interval can be its. */
  readonly now: ComparedSide | null;
  readonly before: ComparedSide | null;
  /** The first flow to the destination that is surely its, in all that was read; null where there is none. */
  readonly firstSeen: string | null;
  /** What makes the change doubtful, and what else there is to know. One sentence each. */
  readonly notes: readonly string[];
}

export interface WhoComparison {
  readonly schemaVersion: 1;
  readonly kind: 'WhoComparison';
  readonly query: {
    readonly dest: string;
    readonly from: string;
    readonly until: string;
    readonly tz: string;
    readonly before: { readonly from: string; readonly until: string };
  };
  readonly sources: readonly SourceLine[];
  readonly completeness: Completeness;
  readonly coverage: Coverage;
  readonly before: { readonly completeness: Completeness; readonly coverage: Coverage };
  readonly items: readonly ComparedItem[];
}

export interface ComparisonAsked {
  readonly dest: string;
  readonly range: TimeRange;
  readonly before: TimeRange;
  readonly tz: string;
  /** Without verdicts and namespaces: what is possible elsewhere, or names nobody, bears on what is new. */
  readonly query: FlowQuery;
  /** Empty: all. */
  readonly namespaces: readonly string[];
}

/**
 * The range that is asked about and the one it is compared with. Where nobody chose a range it is the newest stretch of that length, so
 * that the two touch; where they would share flows, it is refused.
 */
export const comparedRanges = (
  apart: string,
  range: TimeRange,
): Result<{ readonly range: TimeRange; readonly before: TimeRange }, Trouble> => {
  const ms = parseDuration(apart);
  if (ms === null || ms === 0)
    return fail(trouble('E105', `--compare ${apart}: expected how long before, as 24h, 7d or 15m`));
  const asked = range.chosen ? range : { ...range, from: instant(Math.max(range.from, range.until - ms)) };
  if (asked.until - asked.from > ms) {
    return fail(
      trouble('E107', `--compare ${apart} is shorter than the range that is compared`, {
        why: 'both intervals would share flows, and nothing in them could be new',
        fix: `Ask about ${apart} or less with --since and --until, or compare with longer before.`,
      }),
    );
  }
  const back = (at: Instant): Instant => instant(Math.max(0, at - ms));
  return ok({ range: asked, before: { from: back(asked.from), until: back(asked.until), chosen: true, notes: [] } });
};

/** Verdicts that name a sender surely. */
const SURE: readonly VerdictKind[] = ['exact', 'node', 'relayed'];

/** Who is new, gone, or sends much more or less to a destination than before. */
export const compareWho = async (
  store: Pick<Store, 'who' | 'sources' | 'extent'>,
  asked: ComparisonAsked,
): Promise<WhoComparison> => {
  const { query, range, before } = asked;
  const within = ({ from, until }: TimeRange): FlowQuery => ({ ...query, from, until });
  const ever = (await store.extent(query.cluster)) ?? range;
  return comparisonOf(
    asked,
    await store.who(within(before)),
    await store.who(within(range)),
    await store.who({ ...query, from: ever.from, until: instant(ever.until + 1), verdicts: SURE }),
    await store.sources(query.cluster),
  );
};

export const comparisonOf = (
  { dest, range, before, tz, namespaces }: ComparisonAsked,
  rowsBefore: WhoRows,
  rowsNow: WhoRows,
  rowsEver: WhoRows,
  sources: readonly SourceRow[],
): WhoComparison => {
  const then = intervalOf(before, rowsBefore, sources);
  const now = intervalOf(range, rowsNow, sources);
  const ever = Map.groupBy(rowsEver.pods, senderOf);
  const all = [...new Set([...then.senders.keys(), ...now.senders.keys()])].map((sender) =>
    compared(then, now, sender, firstOf(ever.get(sender) ?? [], range.until)),
  );
  const items = withNames(all).filter(
    ({ workload }) => namespaces.length === 0 || (workload !== null && namespaces.includes(workload.namespace)),
  );
  return {
    schemaVersion: 1,
    kind: 'WhoComparison',
    query: {
      dest,
      from: renderInstant(range.from),
      until: renderInstant(range.until),
      tz,
      before: { from: renderInstant(before.from), until: renderInstant(before.until) },
    },
    sources: sources.map(sourceLine),
    completeness: now.completeness,
    coverage: now.coverage,
    before: { completeness: then.completeness, coverage: then.coverage },
    items: items.sort(byWeight),
  };
};

/** All that is known of one of the two. */
interface Interval {
  readonly range: TimeRange;
  readonly senders: ReadonlyMap<string, readonly WhoRow[]>;
  readonly completeness: Completeness;
  readonly coverage: Coverage;
  readonly unseen: readonly string[];
  /** Flows that name several. */
  readonly doubtful: number;
  /** Flows that some pod sent and that name nobody: anybody's. */
  readonly nobodys: number;
}

const intervalOf = (range: TimeRange, rows: WhoRows, sources: readonly SourceRow[]): Interval => {
  const unseen = unseenIn(range, sources);
  const known = completenessOf(range, sources, nodesWithoutConntrack(rows.pods, sources));
  const reasons = [...new Set([...unseen, ...known.reasons])];
  return {
    range,
    senders: Map.groupBy(rows.pods, senderOf),
    completeness: { complete: reasons.length === 0, reasons },
    coverage: coverageOf(rows.coverage),
    unseen,
    doubtful: flowsIn(rows.coverage.filter(({ verdict }) => verdict === 'ambiguous' || verdict === 'probable')),
    nobodys: flowsIn(rows.coverage.filter(isNobodys)),
  };
};

const flowsIn = (rows: readonly CoverageRow[]): number => rows.reduce((sum, { flows }) => sum + flows, 0);

const isNobodys = ({ verdict, reason }: CoverageRow): boolean =>
  verdict === 'unattributed' && reason !== 'not-outbound';

const amountOf = (rows: readonly WhoRow[], interval: Interval): Amount => ({
  flows: sumOf(rows, (row) => row.flows),
  sureFlows: sumOf(rows, (row) => row.exactFlows),
  mostFlows: possibleOf(rows, interval) + interval.nobodys,
  bytes: sumOf(rows, (row) => row.bytesOut + row.bytesIn),
});

const sumOf = (rows: readonly WhoRow[], of: (row: WhoRow) => number): number =>
  rows.reduce((total, row) => total + of(row), 0);

/** `confidence` is the mean probability of the flows that may be the pod's: so many there are. Two pods of one workload share some. */
const possibleOf = (rows: readonly WhoRow[], { doubtful }: Interval): number => {
  const ofEach = sumOf(rows, ({ flows, confidence }) => (confidence > 0 ? flows / confidence : 0));
  const sure = sumOf(rows, (row) => row.exactFlows);
  return Math.max(sure, Math.min(ofEach, sure + doubtful));
};

const compared = (then: Interval, now: Interval, sender: string, firstSeen: Instant | null): ComparedItem => {
  const [rowsThen, rowsNow] = [then.senders.get(sender) ?? [], now.senders.get(sender) ?? []];
  const [before, after] = [amountOf(rowsThen, then), amountOf(rowsNow, now)];
  const { kind, isCertain } = changeOf(before, after);
  const { workload, node } = itemOf(rowsNow.length > 0 ? rowsNow : rowsThen);
  // What was not seen can only have made the other interval look emptier.
  const unseen = kind === 'new' || kind === 'grown' ? then.unseen : kind === 'same' ? [] : now.unseen;
  return {
    change: kind,
    certainty: isCertain && unseen.length === 0 ? 'certain' : 'possible',
    workload,
    ...(node === undefined ? {} : { node }),
    now: sideOf(rowsNow, now),
    before: sideOf(rowsThen, then),
    firstSeen: firstSeen === null ? null : renderInstant(firstSeen),
    notes: [
      ...doubts({ kind, isCertain }, before, after, then, now),
      ...(unseen.length === 0 ? [] : [kind === 'new' || kind === 'grown' ? UNSEEN_BEFORE : UNSEEN_NOW]),
      ...(kind === 'new' && firstSeen !== null && firstSeen < then.range.from
        ? ['not for the first time: it did so before both intervals']
        : []),
      ...(isRolled(rowsThen, rowsNow) ? ['none of its pods is one of those before: rolled out anew, or moved'] : []),
    ],
  };
};

const UNSEEN_BEFORE = 'not all flows before were seen';
const UNSEEN_NOW = 'not all flows now were seen';

const doubts = (
  { kind, isCertain }: Change,
  before: Amount,
  now: Amount,
  then: Interval,
  after: Interval,
): readonly string[] => {
  if (isCertain) return [];
  const may = ({ mostFlows, sureFlows }: Amount, { nobodys }: Interval, when: string): readonly string[] => [
    ...(mostFlows - nobodys - sureFlows > 1e-9
      ? [`up to ${count(mostFlows - nobodys - sureFlows)} ${when} may be its`]
      : []),
    ...(nobodys > 0 ? [`${count(nobodys)} ${when} name nobody`] : []),
  ];
  const [was, is] = [may(before, then, 'before'), may(now, after, 'now')];
  switch (kind) {
    case 'new':
      return now.sureFlows > 0 ? was : [...was, 'no flow now is surely its'];
    case 'gone':
      return before.sureFlows > 0 ? is : [...is, 'no flow before was surely its'];
    default:
      return [...was, ...is];
  }
};

const count = (flows: number): string => `${Math.round(flows)} ${Math.round(flows) === 1 ? 'flow' : 'flows'}`;

const sideOf = (rows: readonly WhoRow[], interval: Interval): ComparedSide | null => {
  if (rows.length === 0) return null;
  const { pods, flows, exactFlows, bytesOut, bytesIn, first, last }: WhoItem = itemOf(rows);
  return {
    flows,
    exactFlows,
    possibleFlows: possibleOf(rows, interval),
    bytesOut,
    bytesIn,
    share: interval.coverage.flows === 0 ? 0 : Math.min(1, flows / interval.coverage.flows),
    first,
    last,
    pods,
  };
};

const firstOf = (rows: readonly WhoRow[], until: Instant): Instant | null => {
  const first = rows.reduce((least, row) => Math.min(least, row.first), Number.POSITIVE_INFINITY);
  return first < until ? (first as Instant) : null;
};

const isRolled = (before: readonly WhoRow[], now: readonly WhoRow[]): boolean => {
  const uids = new Set(before.flatMap(({ pod }) => (pod === null ? [] : [pod.uid])));
  return uids.size > 0 && now.length > 0 && now.every(({ pod }) => pod !== null && !uids.has(pod.uid));
};

/** A workload that is new may be one that is gone, under another name: the same but for what marks a version, a colour, a namespace or a kind. */
const withNames = (items: readonly ComparedItem[]): ComparedItem[] => {
  const partnersOf = (item: ComparedItem, kind: ChangeKind): readonly ComparedItem[] =>
    items.filter((other) => other.change === kind && isAlike(item.workload, other.workload));
  return items.map((item) => {
    const other = item.change === 'new' ? 'gone' : item.change === 'gone' ? 'new' : null;
    const [partner] = other === null ? [] : partnersOf(item, other);
    if (partner === undefined || partner.workload === null) return item;
    const { kind, namespace, name } = partner.workload;
    const is = `${kind.toLowerCase()} ${namespace}/${name}`;
    return {
      ...item,
      notes: [
        ...item.notes,
        item.change === 'new' ? `perhaps ${is}, which is gone` : `perhaps now ${is}, which is new`,
      ],
    };
  });
};

const isAlike = (a: Workload | null, b: Workload | null): boolean =>
  a !== null && b !== null && (a.name === b.name || (a.namespace === b.namespace && stem(a.name) === stem(b.name)));

/** `checkout` of `checkout-v2`, `checkout-green`, `checkout-canary`. */
const stem = (name: string): string =>
  name.replace(/(?:[-.](?:v?\d+|blue|green|canary|stable|primary|old|new|next))+$/, '');

const RANK: Readonly<Record<ChangeKind, number>> = { new: 0, grown: 1, gone: 2, shrunk: 3, same: 4 };

/** What somebody has to look at first. */
const byWeight = (a: ComparedItem, b: ComparedItem): number =>
  RANK[a.change] - RANK[b.change] ||
  Number(a.certainty !== 'certain') - Number(b.certainty !== 'certain') ||
  moved(b) - moved(a) ||
  (nameOf(a) < nameOf(b) ? -1 : 1);

const moved = ({ before, now }: ComparedItem): number => Math.abs((now?.flows ?? 0) - (before?.flows ?? 0));
