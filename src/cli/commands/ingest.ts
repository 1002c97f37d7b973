import { coverageOf } from '../../app/coverage.ts';
import { EXIT } from '../../app/errors.ts';
import { allFlows } from '../../core/all-flows.ts';
import {
  DEFAULT_CLUSTER,
  type Ingested,
  ingest,
  type ObjectReport,
  type Progress,
  untimedIn,
  expiredIn,
} from '../../app/ingest.ts';
import { parseTime } from '../../app/parse-time.ts';
import { resolveRange } from '../../app/time-range.ts';
import { each } from '../../base/each.ts';
import { EARLIEST, type Instant, LATEST } from '../../base/instant.ts';
import type { SymptomReader } from '../../core/symptom.ts';
import type { Attributed, Store, TimeSpan } from '../../core/ports.ts';
import { csvOf, print, tableOf } from '../answer.ts';
import { type Context, withStore } from '../context.ts';
import { textOf, texts } from '../flag-values.ts';
import type { Given } from '../globals.ts';
import type { BlobsAsked, FoundFiles, FoundRemote } from '../outside.ts';
import { must, refuse } from '../refused.ts';
import { readSymptoms } from '../read-symptoms.ts';
import { bytes, count, plural } from '../../base/number-text.ts';
import type { Column } from '../render/table.ts';
import { dateTime, range as renderRange } from '../render/time.ts';
import { tellChanges } from './changes-words.ts';
import { coverageLine } from './who-words.ts';
import { workspaceFlags } from './workspace-flags.ts';
import { exitOf } from '../exit-of.ts';

export const runIngest = async (context: Context, paths: readonly string[], given: Given): Promise<number> => {
  const { globals, outside } = context;
  const at = takenAt(context);
  const [urls, workspaces] = [paths.filter(isUrl), paths.filter(isWorkspace)];
  const asked = workspaceFlags(given, workspaces.length > 0);
  const span = hoursAsked(context, urls, workspaces);
  const files = await outside.filesAt(paths.filter((path) => !isUrl(path) && !isWorkspace(path)));
  const symptomIn = await readSymptoms(given, outside);
  const interrupted = outside.stopsItself();
  return withStore(context, async (store) => {
    const cursors: BlobsAsked['cursors'] = (source, of) =>
      store.cursors(globals.cluster ?? DEFAULT_CLUSTER, source, of);
    const blobs: FoundRemote[] = [];
    for (const url of urls) {
      context.voice.progress('listing the container');
      blobs.push(await outside.blobsAt({ url, span, cursors }));
    }
    const tables: FoundRemote[] = [];
    for (const workspace of workspaces) {
      context.voice.progress('counting the rows of the workspace');
      const cluster = globals.cluster ?? DEFAULT_CLUSTER;
      tables.push(await outside.workspaceAt({ ...asked, workspace, cluster, span, cursors }));
    }
    const found = together([files, ...blobs, ...tables]);
    const [unchangedHours, unchangedMinutes] = [unchangedIn(blobs), unchangedIn(tables)];
    const unchanged = unchangedHours + unchangedMinutes;
    const options = {
      cluster: globals.cluster,
      node: textOf(given, 'node') ?? '',
      at,
      idFields: texts(given, 'idField'),
      symptomIn,
      interrupted,
    };
    const report = await bringIn(store, found, options, context);
    const isUsable = unchanged > 0 || report.objects.some(isOfUse);
    await print(
      {
        report,
        lines: report.objects,
        csv: csvOf(CSV, report.objects),
        // A table of what was not read tells less than the reasons below it.
        table: isUsable && report.objects.length > 0 ? tableOf(COLUMNS, report.formats, context) : () => [],
      },
      context,
    );
    tell(report, isUsable, context);
    if (unchangedHours > 0) context.voice.note(nothingNew(unchangedHours, 'hour', 'the container'));
    if (unchangedMinutes > 0) context.voice.note(nothingNew(unchangedMinutes, 'minute', "the workspace's tables"));
    if (report.interrupted) return EXIT.interrupted;
    const problems = report.problems.length;
    if (!isUsable) {
      const forbidden = problems > 0 && report.problems.every(({ why }) => why === NOT_PERMITTED);
      return refuse(forbidden ? 'E204' : 'E201', 'nothing usable was found', {
        why: whyNothing(report),
      });
    }
    const isWhole = problems === 0 && report.objects.every((o) => o.rejects === 0 && untimedIn(o) === 0);
    return exitOf(globals, { isWhole });
  });
};

const isUrl = (path: string): boolean => /^https?:\/\//i.test(path);
const isWorkspace = (path: string): boolean => /^log-analytics:/i.test(path);

const unchangedIn = (found: readonly FoundRemote[]): number => found.reduce((sum, one) => sum + one.unchanged, 0);

const nothingNew = (many: number, what: string, of: string): string =>
  `${plural(many, what)} of ${of} ${many === 1 ? 'has' : 'have'} nothing new`;

const together = (found: readonly FoundFiles[]): FoundFiles => ({
  objects: found.flatMap(({ objects }) => objects),
  skipped: found.flatMap(({ skipped }) => skipped),
});

/** Of a container or workspace what was asked for; a file is read whole. */
const hoursAsked = (
  { globals, outside, zone, voice }: Context,
  urls: readonly string[],
  workspaces: readonly string[],
): TimeSpan => {
  const { since, until } = globals;
  if (workspaces.length > 0 && since === null)
    return refuse('E105', 'a workspace is read from some time on', { fix: 'Say from when, such as --since 24h.' });
  if (since === null && until === null) return { from: EARLIEST, until: LATEST };
  if (urls.length === 0 && workspaces.length === 0)
    return refuse('E105', '--since and --until narrow what is read of a container or workspace: files are read whole', {
      fix: 'Leave them away, or give the URL of a container or log-analytics://WORKSPACE-ID.',
    });
  const range = must(resolveRange({ since, until, at: null }, outside.now(), zone, null));
  for (const note of [...range.notes, `hours: ${renderRange(range.from, range.until, zone)}`]) voice.note(note);
  return range;
};

const whyNothing = ({ problems, objects }: IngestReport): string => {
  if (problems.length > 0)
    return `${plural(problems.length, 'file')} could not be used, for the ${problems.length === 1 ? 'reason' : 'reasons'} above`;
  return objects.length === 0
    ? 'the paths hold no files'
    : 'every row was rejected, is older than is kept, or has no time';
};

/** Recognised, and not refused to the last row. An empty list of pods is of use: it says that there were none. */
const isOfUse = (object: ObjectReport): boolean =>
  object.format !== null && (object.rows + object.known > 0 || (object.rejects === 0 && untimedIn(object) === 0));

/** What the file source says of a file that it may not read. */
const NOT_PERMITTED = 'no permission to read it';

const takenAt = ({ globals, outside, zone, voice }: Context): Instant | null => {
  if (globals.at === null) return null;
  const told = parseTime(globals.at, outside.now(), zone, 'first');
  if (!told.ok) return refuse('E106', `--at: ${told.problem}`);
  for (const note of [...told.value.notes, `lists and dumps are taken to be of ${dateTime(told.value.at, zone)}`])
    voice.note(note);
  return told.value.at;
};

interface FormatTotal {
  readonly format: string;
  readonly objects: number;
  readonly bytes: number;
  readonly rows: number;
  readonly known: number;
  readonly rejects: number;
}

export interface IngestReport {
  readonly schemaVersion: 1;
  readonly kind: 'IngestReport';
  readonly cluster: string;
  readonly interrupted: boolean;
  readonly formats: readonly FormatTotal[];
  readonly objects: readonly ObjectReport[];
  readonly problems: readonly { readonly name: string; readonly why: string }[];
  readonly skipped: number;
  readonly attribution: Attributed;
  readonly coverage: ReturnType<typeof coverageOf>;
}

interface BringIn {
  readonly cluster: string | null;
  readonly node: string;
  readonly at: Instant | null;
  readonly idFields?: readonly string[];
  readonly symptomIn?: SymptomReader;
  readonly interrupted: () => boolean;
}

/** Reads the files, then brings the verdicts up to date. */
export const bringIn = async (
  store: Store,
  found: FoundFiles,
  options: BringIn,
  context: Context,
): Promise<IngestReport> => {
  const { voice } = context;
  const progress = (done: Progress): void => voice.progress(progressLine(done, found.objects.length));
  const ingested: Ingested = must(await ingest(each(found.objects), store, { ...options, progress }));
  voice.progress('attributing');
  const attribution = await store.attribute(ingested.cluster, context.outside.now(), (done, of) =>
    voice.progress(`attributing: ${count(done)} of ${plural(of, 'window')}`),
  );
  await store.grade(ingested.cluster, (done, of) =>
    voice.progress(`fitting rates: ${count(done)} of ${plural(of, 'day')}`),
  );
  const extent = await store.extent(ingested.cluster);
  const rows =
    extent === null
      ? []
      : (await store.who(allFlows(ingested.cluster, { from: extent.from, until: (extent.until + 1) as Instant })))
          .coverage;
  return {
    schemaVersion: 1,
    kind: 'IngestReport',
    cluster: ingested.cluster,
    interrupted: ingested.interrupted,
    formats: totals(ingested.objects),
    objects: ingested.objects,
    problems: [
      ...found.skipped.filter((skipped) => skipped.isProblem).map(({ name, why }) => ({ name, why })),
      ...ingested.objects.flatMap(({ name, problem }) => (problem === null ? [] : [{ name, why: problem }])),
    ],
    skipped: found.skipped.filter((skipped) => !skipped.isProblem).length,
    attribution,
    coverage: coverageOf(rows),
  };
};

const progressLine = ({ objects, bytes: read, rows, object }: Progress, all: number): string =>
  `${objects}/${plural(all, 'file')}  ${bytes(read)}  ${plural(rows, 'row')}  ${object.slice(-60)}`;

const totals = (objects: readonly ObjectReport[]): readonly FormatTotal[] =>
  [...Map.groupBy(objects, (object) => object.format ?? '(not recognised)')]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([format, of]) => {
      const sum = (pick: (object: ObjectReport) => number): number =>
        of.reduce((total, object) => total + pick(object), 0);
      return {
        format,
        objects: of.length,
        bytes: sum((o) => o.bytes),
        rows: sum((o) => o.rows),
        known: sum((o) => o.known),
        rejects: sum((o) => o.rejects),
      };
    });

const COLUMNS: readonly Column<FormatTotal>[] = [
  { header: 'FORMAT', leaves: 0, means: () => 'identity', of: (t) => t.format },
  { header: 'FILES', align: 'right', leaves: 2, of: (t) => count(t.objects) },
  { header: 'SIZE', align: 'right', leaves: 3, of: (t) => bytes(t.bytes) },
  { header: 'ROWS NEW', align: 'right', leaves: 0, of: (t) => count(t.rows) },
  { header: 'REPEATED', align: 'right', leaves: 1, of: (t) => count(t.known) },
  {
    header: 'REJECTED',
    align: 'right',
    leaves: 0,
    means: (t) => (t.rejects > 0 ? 'warning' : null),
    of: (t) => count(t.rejects),
  },
];

const CSV = [
  { name: 'object', of: (o: ObjectReport) => o.name },
  { name: 'format', of: (o: ObjectReport) => o.format },
  { name: 'bytes', of: (o: ObjectReport) => o.bytes },
  { name: 'rows_new', of: (o: ObjectReport) => o.rows },
  { name: 'rows_known', of: (o: ObjectReport) => o.known },
  { name: 'rejects', of: (o: ObjectReport) => o.rejects },
  { name: 'problem', of: (o: ObjectReport) => o.problem },
] as const;

const LISTED = 10;

const tell = (report: IngestReport, isUsable: boolean, { voice }: Context): void => {
  // A refusal ends with what is supported; once is enough.
  const [, supported] =
    report.problems.map(({ why }) => why.split('; supported are ')).find((parts) => parts.length > 1) ?? [];
  for (const { name, why } of report.problems.slice(0, LISTED)) {
    const short = why.split('; supported are ')[0] ?? why;
    voice.warn(short.startsWith(name) ? short : `${name}: ${short}`);
  }
  if (report.problems.length > LISTED) voice.warn(`and ${report.problems.length - LISTED} more: -o json lists them`);
  if (supported !== undefined) voice.note(`supported are ${supported}`);
  if (report.skipped > 0)
    voice.detail(
      `${plural(report.skipped, 'path')} skipped: hidden, left behind by other programs, given twice, or no flow log by its name in a container`,
    );
  for (const { name, ignored } of report.objects) {
    for (const [what, n] of Object.entries(ignored))
      voice.detail(`${name}: ${plural(n, 'row')} of no use here (${what})`);
  }
  for (const object of report.objects.filter((o) => untimedIn(o) > 0).slice(0, LISTED))
    voice.warn(
      `${object.name}: ${plural(untimedIn(object), 'row')} of a dump without a time left out: say when it was taken with --at TIME, or record with -o timestamp`,
    );
  const expired = report.objects.reduce((sum, object) => sum + expiredIn(object), 0);
  if (expired > 0)
    voice.warn(
      `${plural(expired, 'row')} older than is kept left out: \`unmasq serve\` was told for how long with --retention`,
    );
  const rejects = report.objects.reduce((sum, object) => sum + object.rejects, 0);
  if (rejects > 0) voice.warn(`${plural(rejects, 'row')} rejected: \`unmasq sources\` shows which and why`);
  if (report.interrupted)
    voice.warn('interrupted: what was read before is in, and running the same again completes it');
  tellChanges(report.attribution, voice);
  if (!isUsable) return;
  if (report.problems.length > 0)
    voice.warn(`${plural(report.problems.length, 'file')} could not be used whole; the rest is in`);
  voice.summary(coverageLine(report.coverage), report.coverage.flows === 0 ? undefined : 'unmasq who IP');
};
