import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AuditReport } from '../src/app/audit-report.ts';
import { parseInstant } from '../src/base/instant.ts';
import { type Elsewhere, ELSEWHERE, type Scope } from '../src/core/monitoring/estate.ts';
import { auditText } from './audit-text.ts';

export const CORPUS = join(import.meta.dirname, 'audit-corpus');

/** What stands in `expected.json` of a case: how it is audited, and every finding that it must give. */
export interface Expected {
  /** What is special about the case. */
  readonly says: string;
  /** Files of the repository, audited in the place of files of the case. */
  readonly files?: readonly string[];
  readonly today?: string;
  readonly scope?: Scope;
  readonly elsewhere?: readonly Elsewhere[];
  readonly needDays?: number;
  /** `main.tf:14:1 TF002 critical`: all of them, in the order of the report. */
  readonly findings: readonly string[];
}

export interface Case {
  readonly name: string;
  readonly texts: Readonly<Record<string, string>>;
  readonly expected: Expected;
}

/** Not audited: they are about the case. */
const ABOUT = new Set(['expected.json', 'SOURCES.md']);

const readCase = (name: string): Case => {
  const folder = join(CORPUS, name);
  const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Expected;
  const root = join(import.meta.dirname, '..');
  const paths =
    expected.files === undefined
      ? globSync('**/*.*', { cwd: folder })
          .filter((path) => !ABOUT.has(path))
          .map((path) => [path, join(folder, path)] as const)
      : expected.files.map((path) => [path, join(root, path)] as const);
  return {
    name,
    expected,
    texts: Object.fromEntries(paths.map(([path, at]) => [path, readFileSync(at, 'utf8')])),
  };
};

export const cases: readonly Case[] = globSync('*/expected.json', { cwd: CORPUS })
  .sort()
  .map((path) => readCase(path.replace(/.expected\.json$/, '')));

const dayOf = (text: string) => {
  const day = parseInstant(`${text}T00:00:00Z`);
  if (!day.ok) throw new Error(`${text} is no day`);
  return { today: day.value };
};

/** The case as its `expected.json` wants it audited, of texts that may be changed ones. */
export const auditCase = (
  { expected: { scope, elsewhere, needDays, today } }: Case,
  texts: Readonly<Record<string, string>>,
): Promise<AuditReport> =>
  auditText(texts, {
    ...(scope === undefined ? {} : { scope }),
    ...(elsewhere === undefined ? {} : { elsewhere: new Set(ELSEWHERE.filter((one) => elsewhere.includes(one))) }),
    ...(needDays === undefined ? {} : { needDays }),
    ...(today === undefined ? {} : dayOf(today)),
  });

export const findingsOf = ({ findings }: AuditReport): readonly string[] =>
  findings.map(({ file, line, column, code, severity }) => `${file}:${line}:${column} ${code} ${severity}`);
