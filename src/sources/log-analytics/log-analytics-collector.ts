import { DAY, HOUR, type Instant, instant, MINUTE } from '../../base/instant.ts';
import type { ByteObject, Collector, CollectorCheck, Measure, TakeIn, TimeSpan } from '../../core/ports.ts';
import type { TableName } from '../../formats/log-analytics/log-analytics-decoder.ts';
import { type AzureTrouble, azureTroubleOf } from '../azure/azure-trouble.ts';
import { lookAgain, MOST_WAIT_MS } from '../look-again.ts';
import { measuring } from '../measure.ts';
import { type Explained, sourceCheck } from '../source-check.ts';
import { stretches } from '../stretches.ts';
import { waitMs } from '../wait.ts';
import { openWorkspace, type WorkspaceAt } from './open-workspace.ts';
import type { TableHere } from './queries.ts';
import { BUDGET, type Budget, isDue, type Slice, sliceName, sliceOf, windowsOf } from './slices.ts';
import { isNotThere, type Survey, survey } from './survey.ts';
import { cursorSource, WindowObject } from './window-object.ts';
import { workspaceName } from './workspace-id.ts';
import type { Workspace } from './workspace.ts';

export interface LogAnalyticsOptions extends WorkspaceAt {
  readonly cluster: string;
  readonly tables: readonly TableName[];
  readonly everyMs: number;
  /** Rows of earlier times are not read. */
  readonly since: Instant;
  readonly budget?: Budget;
  readonly cursors: (source: string, span: TimeSpan) => Promise<ReadonlyMap<string, string>>;
  readonly now: () => Instant;
  readonly log: (line: string) => void;
  /** Trouble in the words of whoever is to mend it. */
  readonly explain: (trouble: AzureTrouble) => Explained;
}

/** Most rows arrive within minutes. */
const RECENT_MS = 3 * HOUR;
const LOOK_AT_ALL_MS = 15 * MINUTE;
/**
 * A row's time is at most two days before Azure received it, else Azure puts the time of receipt in its place; half a day is left for what
 * happens between receipt and being there. It may also be a day ahead. https://learn.microsoft.com/azure/azure-monitor/logs/log-standard-columns
 */
const LATE_MS = 2 * DAY + 12 * HOUR;
const AHEAD_MS = DAY + HOUR;
/** Tables come and go with what is switched on. */
const SURVEY_MS = HOUR;
/** Minutes that are younger are read when they stand still from one look to the next: most of their rows come one after the other. */
const SETTLED_MS = 10 * MINUTE;
/** So much is asked about at a time: a backfill goes from day to day. */
const STRETCH_MS = 4 * DAY;
/** Others have their turn to write in between. */
const TAKEN_TOGETHER = 8;

interface Failed {
  readonly rows: number;
  readonly times: number;
  readonly again: Instant;
}

/** What one look has come across. */
interface Looked {
  readonly began: Instant;
  /** Rows of young minutes, by table and minute. */
  readonly standing: Map<string, number>;
  /** Keys of the windows that were due. */
  readonly windows: Set<string>;
}

/** Reads what is new in a workspace, again and again. */
export class LogAnalyticsCollector implements Collector {
  readonly name: string;
  private readonly options: LogAnalyticsOptions;
  private readonly budget: Budget;
  private workspace: Workspace | null = null;
  private surveyed: { readonly at: Instant; readonly of: Survey } | null = null;
  private lookedAtAll = instant(0);
  /** From where on a look at all looks: days of which all is read are left behind. */
  private from: Instant;
  /** Rows of young minutes at the look before, by table and minute. */
  private standing = new Map<string, number>();
  /** Windows that could not be read although others could, by their keys. */
  private readonly failed = new Map<string, Failed>();
  private told = '';
  private upToDate: Instant;
  private waiting = 0;
  private readonly counts = { reads: 0, rows: 0, bytes: 0, requests: 0, throttled: 0, failures: 0 };

  constructor(options: LogAnalyticsOptions) {
    this.options = options;
    this.budget = options.budget ?? BUDGET;
    this.name = workspaceName(options.id);
    this.upToDate = options.now();
    this.from = sliceOf(options.since);
  }

  async run(take: TakeIn, stop: AbortSignal): Promise<void> {
    const failed = (error: unknown): AzureTrouble => {
      this.counts.failures++;
      // A credential may have been replaced, or have run out; a second cluster may have come.
      this.forget();
      return azureTroubleOf(error);
    };
    await lookAgain(() => this.look(take, stop), { ...this.options, name: this.name, failed }, stop);
  }

  private forget(): void {
    this.counts.requests += this.workspace?.requests ?? 0;
    this.counts.throttled += this.workspace?.throttled ?? 0;
    this.workspace = null;
    this.surveyed = null;
  }

  /** One look at every table, and reading what changed in them. */
  private async look(take: TakeIn, stop: AbortSignal): Promise<void> {
    const began = this.options.now();
    this.workspace ??= await openWorkspace(this.options, stop);
    const { tables } = await this.survey(this.workspace, began);
    const isAll = began - this.lookedAtAll >= LOOK_AT_ALL_MS;
    const from = isAll ? this.from : Math.max(this.from, sliceOf(instant(began - RECENT_MS)));
    const looked: Looked = { began, standing: new Map(), windows: new Set() };
    let isWhole = true;
    for (const span of stretches(instant(from), instant(began + AHEAD_MS), STRETCH_MS))
      for (const table of tables) {
        if (stop.aborted) return;
        isWhole = (await this.readTable(table, span, looked, take, stop)) && isWhole;
      }
    this.standing = looked.standing;
    if (isAll) {
      this.lookedAtAll = began;
      // What is part of another window by now, or no longer there, does not fail any more.
      for (const key of this.failed.keys()) if (!looked.windows.has(key)) this.failed.delete(key);
    }
    if (!isWhole) return;
    this.upToDate = began;
    if (isAll) this.from = instant(Math.max(this.from, sliceOf(instant(began - LATE_MS))));
  }

  private async survey(workspace: Workspace, now: Instant): Promise<Survey> {
    if (this.surveyed !== null && now - this.surveyed.at < SURVEY_MS) return this.surveyed.of;
    const { tables, cluster, log } = this.options;
    const of = await survey(workspace, tables, cluster, {
      // As far back as is read: what is read at once must not be of two clusters.
      from: instant(Math.min(this.from, now - LATE_MS)),
      until: instant(now + AHEAD_MS),
    });
    this.surveyed = { at: now, of };
    for (const line of surveyLines(of, cluster)) if (!this.told.includes(line)) log(`${this.name}: ${line}`);
    this.told = surveyLines(of, cluster).join('\n');
    return of;
  }

  /** False: something of it is left for later. */
  private async readTable(
    table: TableHere,
    span: TimeSpan,
    looked: Looked,
    take: TakeIn,
    stop: AbortSignal,
  ): Promise<boolean> {
    const workspace = this.workspace as Workspace;
    const counted = await workspace.counts(table, span);
    const read = await this.options.cursors(cursorSource(this.name, table), span);
    const isReady = (slice: Slice): boolean => {
      if (!isDue(slice, read)) return false;
      if (looked.began - slice.at >= SETTLED_MS + MINUTE) return true;
      const key = `${table.name} ${sliceName(slice.at)}`;
      looked.standing.set(key, slice.rows);
      return this.standing.get(key) === slice.rows;
    };
    const windows = windowsOf(counted, isReady, this.budget).map(
      (window) => new WindowObject(workspace, table, window, this.budget),
    );
    for (const { key } of windows) looked.windows.add(key);
    const due = windows.filter((window) => this.isToBeTried(window, looked.began));
    let isWhole = due.length === windows.length;
    this.waiting = due.length;
    for (let i = 0; i < due.length && !stop.aborted; i += TAKEN_TOGETHER) {
      const group = due.slice(i, i + TAKEN_TOGETHER);
      isWhole = (await this.takeIn(group, take, stop)) && isWhole;
      this.waiting -= group.length;
    }
    return isWhole;
  }

  private isToBeTried({ key, window }: WindowObject, now: Instant): boolean {
    const failed = this.failed.get(key);
    return failed === undefined || failed.rows !== window.rows || failed.again <= now;
  }

  private async takeIn(group: readonly WindowObject[], take: TakeIn, stop: AbortSignal): Promise<boolean> {
    const objects = async function* (): AsyncGenerator<ByteObject> {
      for (const object of group) {
        if (stop.aborted) return;
        yield object;
        // What befell one by the way befalls the next as well.
        if (object.trouble !== null && !OF_ONE.has(object.trouble.kind)) return;
      }
    };
    const taken = await take(objects(), { cluster: this.options.cluster, node: '', at: null });
    let isWhole = true;
    for (const [i, { problem }] of taken.entries())
      isWhole = this.took(group[i] as WindowObject, problem, stop) && isWhole;
    const broken = group.find(({ trouble }) => trouble !== null && !OF_ONE.has(trouble.kind));
    // Where nothing of many can be read it is the workspace that is in trouble.
    const [first] = group;
    const worst = taken.length > 1 && taken.every(({ problem }) => problem !== null) ? first : broken;
    if (worst?.trouble !== undefined && worst.trouble !== null) throw worst.trouble;
    return isWhole;
  }

  private took(object: WindowObject, problem: string | null, stop: AbortSignal): boolean {
    const { counts, failed, options } = this;
    counts.rows += object.rows;
    counts.bytes += object.bytes;
    if (problem === null) {
      counts.reads++;
      failed.delete(object.key);
      return true;
    }
    if (stop.aborted || (object.trouble !== null && !OF_ONE.has(object.trouble.kind))) return false;
    const times = (failed.get(object.key)?.times ?? 0) + 1;
    const wait = Math.min(MOST_WAIT_MS, waitMs(times, options.everyMs, options.random()));
    counts.failures++;
    failed.set(object.key, { rows: object.window.rows, times, again: instant(options.now() + wait) });
    if (times === 1) options.log(`${object.name}: ${problem}; it is tried again`);
    return false;
  }

  check(stop: AbortSignal): Promise<CollectorCheck> {
    const { cluster, explain } = this.options;
    const ask = async (): Promise<string> => {
      // By a credential of its own: one that was replaced meanwhile is no trouble of the readings under way.
      await (await openWorkspace(this.options, stop)).ping();
      return 'it can be queried';
    };
    return sourceCheck({ name: this.name, cluster }, ask, (error) => explain(azureTroubleOf(error)));
  }

  measures(): readonly Measure[] {
    const { counts, options, waiting, failed, workspace, upToDate } = this;
    const measure = measuring('log_analytics', { workspace: options.id, cluster: options.cluster });
    const requests = counts.requests + (workspace?.requests ?? 0);
    const throttled = counts.throttled + (workspace?.throttled ?? 0);
    const behind = Math.max(0, options.now() - upToDate) / 1_000;
    return [
      measure('reads_total', counts.reads),
      measure('rows_total', counts.rows),
      measure('bytes_total', counts.bytes),
      measure('requests_total', requests),
      measure('throttled_total', throttled),
      measure('failures_total', counts.failures),
      measure('tables', this.surveyed?.of.tables.length ?? 0),
      measure('waiting', waiting),
      measure('failing', failed.size),
      measure('behind_seconds', behind),
    ];
  }
}

/** Trouble of one window alone: others are read all the same. */
const OF_ONE: ReadonlySet<AzureTrouble['kind']> = new Set(['too-much', 'refused']);

/** What a survey found, for the log. */
const surveyLines = ({ tables, absent, unclear }: Survey, cluster: string): readonly string[] => [
  tables.length === 0
    ? 'it has none of the tables that unmasq reads'
    : `reading ${tables.map(({ name }) => name).join(', ')}`,
  ...absent.filter(({ why }) => !isNotThere(why)).map(({ name, why }) => `${name} is not read: ${why}`),
  ...(unclear.length === 0
    ? []
    : [
        `pods, nodes and container logs are not read: rows are of the clusters ${unclear.join(', ')}, and none is called "${cluster}"; say --log-analytics NAME=WORKSPACE-ID`,
      ]),
];
