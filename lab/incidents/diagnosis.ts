/** What `unmasq diagnose` says of a recording, asked as a user would. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Truth } from './truth.ts';

export interface Hypothesis {
  readonly cause: string;
  readonly status: 'ruled-in' | 'ruled-out' | 'cannot-tell';
  readonly rank: number;
}

const UNMASQ = join(import.meta.dirname, '../../bin/unmasq');
/** What a user would have; the truth stays out. */
const SEEN = ['insights-logs-flowlogflowevent', 'conntrack', 'kube', 'log-analytics', 'otlp', 'metrics', 'azure'];

export const truthIn = (folder: string): Truth =>
  JSON.parse(readFileSync(join(folder, 'incident.json'), 'utf8')) as Truth;

export const seenIn = (folder: string): readonly string[] =>
  SEEN.map((part) => join(folder, part)).filter((path) => existsSync(path));

/** A store of its own, to which `ask` puts its questions; it is gone afterwards. */
export const inStoreOfItsOwn = async <T>(
  ask: (unmasq: (...words: readonly string[]) => Promise<string>) => Promise<T>,
): Promise<T> => {
  const data = mkdtempSync(join(tmpdir(), 'unmasq-incident-'));
  try {
    return await ask((command = '', ...words) => answerOf([command, '--data', data, '-q', ...words]));
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
};

/** It ends with 3 where it found something. */
const FOUND = 3;

const answerOf = (words: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    execFile(UNMASQ, [...words], { maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (error === null || error.code === FOUND) resolve(stdout);
      else reject(new Error(`unmasq ${words.join(' ')}: ${stderr.trim() || error.message}`));
    });
  });

/** Best first. */
export const diagnose = (folder: string): Promise<readonly Hypothesis[]> =>
  inStoreOfItsOwn(async (unmasq) => {
    await unmasq('ingest', ...seenIn(folder));
    const { from, until } = truthIn(folder);
    const { hypotheses } = JSON.parse(await unmasq('diagnose', '--since', from, '--until', until, '-o', 'json')) as {
      readonly hypotheses: readonly Hypothesis[];
    };
    return hypotheses.toSorted((a, b) => a.rank - b.rank);
  });
