/** What the program makes of a run: it reads what each source saw, as a user would give it, and is compared with the truth. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';

const MAIN = join(import.meta.dirname, '../src/main.ts');
/** What a user would have; the truth and the run's description stay out. */
const SEEN = ['insights-logs-flowlogflowevent', 'conntrack', 'kube'];
const BIGGEST_ANSWER = 256 * 1024 * 1024;

export interface Score {
  readonly flows: number;
  readonly exact: number;
  /** Exact verdicts that truth contradicts. Anything but 0 is a defect. */
  readonly wrong: number;
  /** Flows that left with a node's address and have a translation, made by pods. */
  readonly translated: number;
  readonly translatedExact: number;
  /** Of those that are not exact: one flow of the log in which several pods really had a part, so that no one name is right. */
  readonly shared: number;
  /** Why the ambiguous ones are, by reason code. */
  readonly reasons: Readonly<Record<string, number>>;
}

/** Runs the real program over a run folder, in a store of its own. */
export const score = async (runFolder: string): Promise<Score> => {
  const data = mkdtempSync(join(tmpdir(), 'unmasq-score-'));
  try {
    await unmasq('ingest', '--data', data, '-q', ...SEEN.map((part) => join(runFolder, part)));
    const path = join(runFolder, 'truth.jsonl');
    const truth = jsonLines(readText(path));
    const report = JSON.parse(await unmasq('evaluate', '--data', data, '-q', '-o', 'json', '--truth', path));
    const ambiguous = jsonLines(
      await unmasq('flows', '--data', data, '-q', '--all', '-o', 'jsonl', '--verdict', 'ambiguous'),
    ) as unknown as readonly Flow[];
    return {
      flows: report.flows,
      exact: report.exact.n,
      wrong: report.exact.n - report.exact.correct,
      translated: report.translated.flows,
      translatedExact: report.translated.exact,
      reasons: Object.fromEntries(
        [...Map.groupBy(ambiguous, ({ reason }) => reason)].map(([reason, flows]) => [reason, flows.length]),
      ),
      shared: ambiguous.filter((flow) => ownersOf(flow, truth).size > 1).length,
    };
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
};

interface Flow {
  readonly begin: string;
  readonly end: string | null;
  readonly srcIp: string;
  readonly srcPort: number;
  readonly destIp: string;
  readonly destPort: number;
  readonly protocol: string;
  readonly reason: string;
}

/** Two clocks of a run may be this far apart; a flow that the log never saw end may have gone on for so long. */
const CLOCKS_MS = 3_000;
const IDLE_MS = 12_000;

const ownersOf = (flow: Flow, truth: readonly Record<string, unknown>[]): Set<unknown> => {
  const from = Date.parse(flow.begin) - CLOCKS_MS;
  const until = (flow.end === null ? Date.parse(flow.begin) + IDLE_MS : Date.parse(flow.end)) + CLOCKS_MS;
  const same = truth.filter(
    (row) =>
      row['nodeIp'] === flow.srcIp &&
      row['snatPort'] === flow.srcPort &&
      row['destIp'] === flow.destIp &&
      row['destPort'] === flow.destPort &&
      row['protocol'] === flow.protocol,
  );
  const then = same.filter(
    (row) => Date.parse(String(row['begin'])) >= from && Date.parse(String(row['begin'])) <= until,
  );
  return new Set(then.map((row) => row['podUid'] ?? 'node'));
};

const readText = (path: string): string => {
  const bytes = readFileSync(path);
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
};

const jsonLines = (text: string): readonly Record<string, unknown>[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** What it ends with when an exact verdict is wrong: the report tells, and is the whole one. */
const FINDINGS = 3;

const unmasq = async (...words: readonly string[]): Promise<string> => {
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', MAIN, ...words],
      { maxBuffer: BIGGEST_ANSWER },
    );
    return stdout;
  } catch (error) {
    const { code, stdout } = error as { readonly code?: unknown; readonly stdout?: string };
    if (code === FINDINGS && stdout !== undefined) return stdout;
    throw error;
  }
};

/** One line a person can read. */
export const renderScore = (name: string, s: Score): string =>
  `${name}: ${s.flows} flows; exact ${s.exact - s.wrong} of ${s.exact} right; of ${s.translated} flows with a translation ` +
  `${s.translatedExact} exact (${((100 * s.translatedExact) / Math.max(1, s.translated)).toFixed(2)} %), ` +
  `${s.shared} that several pods shared; ambiguous by reason ${JSON.stringify(s.reasons)}`;
