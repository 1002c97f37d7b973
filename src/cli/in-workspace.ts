import { trouble } from '../app/errors.ts';
import type { Scan } from '../app/workspace-scan.ts';
import { type AskedStore, type WorkspaceTold, WorkspaceStore } from '../app/workspace-store.ts';
import { type Completeness, sourceLine, type SourceLine } from '../app/completeness.ts';
import { bytes } from '../base/number-text.ts';
import { fail, ok } from '../base/result.ts';
import { isWorkspaceUrl } from '../base/store-place.ts';
import type { Instant } from '../base/instant.ts';
import type { Store } from '../core/ports.ts';
import type { PriceTable } from '../core/prices/price-table.ts';
import { type Context, withStore } from './context.ts';
import { flagOf, textOf } from './flag-values.ts';
import type { Given } from './globals.ts';
import { choosePrices } from './prices.ts';
import { refuse, Refused } from './refused.ts';
import { parseWorkspacePlace } from './workspace-place.ts';

/** What an answer says of the workspace that it is from. */
export interface FromWorkspace {
  readonly workspace: string;
  /** Why nobody is named for certain. */
  readonly neverExact: string;
  readonly queries: readonly string[];
  readonly scan: Scan & { readonly pricesAsOf: string | null; readonly pricesRegion: string };
}

const NEVER_EXACT =
  'asked of Log Analytics: candidates, never exact. A pod may come and go between two looks at it, and Traffic Analytics keeps no source port, which would tell the pods of a node apart';

/** What a report has that a workspace adds to. */
interface Report {
  readonly sources: readonly SourceLine[];
  readonly completeness: Completeness;
}

/** Who is asked: a store, or a workspace in its place. */
export interface AskedHere {
  readonly store: AskedStore & Pick<Store, 'flowSteps' | 'changes'>;
  /** With a time, where none was given and a workspace is asked. */
  readonly context: Context;
  readonly isWorkspace: boolean;
  /** The report, with what is to be said of a workspace. */
  readonly told: <One extends Report>(report: One) => One & { readonly workspace?: FromWorkspace };
}

export interface HowAsked {
  readonly given: Given;
  /** Members of `given` that a workspace cannot honour. */
  readonly notThere: readonly string[];
  /** A moment in what was pasted. */
  readonly at?: Instant | null;
  /** The id that is looked for, as it was written. */
  readonly id?: string;
}

/** A dollar: a question of a person costs cents, and one that does not is a mistake. */
const SCAN_LIMIT = 1;
/** Flags that are about what a workspace is paid for. */
const OF_SCANS = ['yes', 'scanLimit'] as const;

export const withAsked = async (
  context: Context,
  how: HowAsked,
  work: (asked: AskedHere) => Promise<number>,
): Promise<number> => {
  const { data } = context.globals;
  const { given } = how;
  if (!isWorkspaceUrl(data)) {
    const ofScans = OF_SCANS.find((name) => given[name] !== undefined);
    if (ofScans !== undefined)
      return refuse('E104', `${flagOf(ofScans)} has no meaning without a workspace: --store la://ID`);
    return withStore(context, (store) => work({ store, context, isWorkspace: false, told: (report) => report }));
  }
  const notThere = how.notThere.find((name) => given[name] !== undefined);
  if (notThere !== undefined)
    return refuse('E860', `${flagOf(notThere)} cannot be honoured by a Log Analytics workspace`);
  const place = parseWorkspacePlace(data);
  if (!place.ok) return refuse('E105', `--store: ${place.problem}`);
  const limit = scanLimit(given);
  const { outside, voice, globals } = context;
  const pack = await outside.kqlPack();
  const { table: prices } = await choosePrices(place.value.region, {}, context);
  const store = new WorkspaceStore({
    place: place.value,
    cluster: globals.cluster,
    spelled: how.id === undefined ? [] : [how.id],
    queries: pack.asked,
    prices,
    now: () => outside.now(),
    ask: async ({ text, search }) => {
      voice.detail(text);
      const { workspace, endpoint } = place.value;
      try {
        return ok(await outside.askWorkspace({ workspace, endpoint, text, search }));
      } catch (error) {
        if (error instanceof Refused && error.trouble.code === 'E854') return fail(error.trouble.why ?? '');
        throw error;
      }
    },
    look: (scan) => look(scan, given['yes'] === true ? Number.POSITIVE_INFINITY : limit, voice),
    refuse: (refused) => {
      throw new Refused(refused);
    },
  });
  const cannot = (): never => refuse('E860', 'a Log Analytics workspace cannot be asked this');
  return work({
    store: Object.assign(store, { flowSteps: async () => cannot(), changes: async () => cannot() }),
    context: withTime(context, how.at ?? null),
    isWorkspace: true,
    told: (report) => inWorkspace(report, place.value.workspace, store.told(), prices),
  });
};

const scanLimit = (given: Given): number => {
  const text = textOf(given, 'scanLimit');
  if (text === null) return SCAN_LIMIT;
  return /^\d{1,9}(?:\.\d{1,9})?$/.test(text)
    ? Number(text)
    : refuse('E105', `--scan-limit ${text}: expected US dollars, such as 0.5 or 20`);
};

/** What will be read and what it costs is said before it is read; too much of it is not read. */
const look = ({ tables, bytes: all, usd }: Scan, limit: number, voice: Context['voice']): void => {
  const dear = tables.filter(({ plan }) => plan !== 'Analytics');
  const size =
    all === null
      ? 'an unknown amount'
      : `about ${bytes(all)}${tables.some((one) => one.isReckoned) ? ', partly reckoned' : ''}`;
  const of = tables.map(({ table, plan }) => (plan === 'Analytics' ? table : `${table} (${plan})`)).join(', ');
  const cost =
    dear.length === 0
      ? 'free: tables of the plan Analytics'
      : usd === null
        ? 'its cost is not known'
        : `at most ${dollars(usd)}`;
  voice.note(`reads ${size} of ${of}: ${cost}`);
  if (dear.length === 0 || (usd !== null && usd <= limit) || limit === Number.POSITIVE_INFINITY) return;
  throw new Refused(
    trouble('E859', usd === null ? 'what the question costs is not known' : `the question would cost ${dollars(usd)}`, {
      why: `it reads ${size} of ${dear.map(({ table }) => table).join(', ')}, and queries of the plan ${dear[0]?.plan} are paid for by the gigabyte; the limit is ${dollars(limit)}`,
    }),
  );
};

const dollars = (usd: number): string => (usd > 0 && usd < 0.01 ? 'less than $0.01' : `$${usd.toFixed(2)}`);

/** A workspace has no beginning that one could ask from. */
const withTime = (context: Context, at: Instant | null): Context => {
  const { since, until, at: moment } = context.globals;
  if (since !== null || until !== null || moment !== null || at !== null) return context;
  context.voice.note('the last hour is asked about: say otherwise with --since');
  return { ...context, globals: { ...context.globals, since: '1h' } };
};

const inWorkspace = <One extends Report>(
  report: One,
  workspace: string,
  { scan, queries, reasons, sources }: WorkspaceTold,
  { region, prices }: PriceTable,
): One & { readonly workspace: FromWorkspace } => ({
  ...report,
  sources: sources.map(sourceLine),
  completeness: { complete: false, reasons: [NEVER_EXACT, ...reasons, ...report.completeness.reasons] },
  workspace: {
    workspace,
    neverExact: NEVER_EXACT,
    queries,
    scan: { ...scan, pricesAsOf: prices.logQueries?.asOf ?? null, pricesRegion: region },
  },
});
