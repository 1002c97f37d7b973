import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { LOCAL_LIMITS, type LocalAnswer } from '../src/core/kql/local-answer.ts';
import { KustoLanguage } from '../src/kusto/kusto-language.ts';
import { openChdb } from '../src/store/chdb.ts';
import { runLocal } from '../src/store/kql/run-local.ts';
import { parseDatetime, parseTimespan } from '../src/core/kql/ticks.ts';

/**
 * Examples of Microsoft's documentation of KQL that bring their own input, with the results that it prints: `test/kql-examples/README.md` says
 * where they are from. What is refused has to be refused by name, what is unequal has a reason.
 */

interface Example {
  readonly source: string;
  readonly query: string;
  readonly expects: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const FOLDER = new URL('./kql-examples/', import.meta.url);
const NOW = Date.UTC(2026, 10, 27, 3, 30);

const cellsOf = (line: string): readonly string[] =>
  line
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => cell.trim());

const examples: readonly Example[] = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.txt'))
  .flatMap((name) =>
    readFileSync(new URL(name, FOLDER), 'utf8')
      .split(/^----\n/m)
      .map((block): Example => {
        const [, source = '', query = '', expects = '', table = ''] =
          /^# (.*)\n([\s\S]*?)^=>(.*)\n([\s\S]*)$/m.exec(block) ?? [];
        const [header = '', ...rows] = table.split('\n').filter((line) => line.trim() !== '');
        return {
          source,
          query,
          expects: expects.trim(),
          columns: header === '' ? [] : cellsOf(header),
          rows: rows.map(cellsOf),
        };
      }),
  );

const folder = mkdtempSync(join(tmpdir(), 'unmasq-kql-'));
const engine = openChdb(folder);
const language = new KustoLanguage();
afterAll(async () => {
  await language.close();
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

const answer = async (query: string): Promise<LocalAnswer> => {
  const read = await language.read(query, {});
  // The language service is Microsoft's too, and knows better than some page.
  if (read.kind === 'faulty')
    return { kind: 'refused', what: read.diagnostics[0]?.message ?? '', at: { from: 0, until: 0 } };
  if (read.kind === 'unread') return { kind: 'refused', what: read.what, at: read.at };
  if (read.kind !== 'query') throw new Error(JSON.stringify(read));
  return runLocal(engine, read.query, () => null, NOW, LOCAL_LIMITS);
};

/** The page prints a blank for null and for "", and writes one value in several ways. */
const plain = (text: string): string => {
  if (text === '' || text === 'null') return '';
  if (/^-?[\d,]*\.?\d+(?:e[+-]?\d+)?$/i.test(text)) return String(Number(text.replaceAll(',', '')));
  if (/^true|false$/i.test(text)) return text.toLowerCase();
  const time = parseDatetime(text);
  if (time !== null) return `datetime ${time}`;
  const span = parseTimespan(text.replace(/^(\d+):(\d\d:\d\d:\d\d)/, '$1.$2'));
  if (span !== null && text.includes(':')) return `timespan ${span}`;
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
};
const shown = (cell: unknown): string =>
  plain(cell === null ? '' : typeof cell === 'string' ? cell.trim() : JSON.stringify(cell));

test.each(examples.map((example, i) => [`${i + 1} ${example.source.split(' @')[0]}`, example] as const))(
  '%s',
  async (_, { query, expects, columns, rows }) => {
    const given = await answer(query);
    if (expects.startsWith('refused')) {
      expect(given).toMatchObject({ kind: 'refused' });
      if (given.kind === 'refused') expect(`refused ${given.what}`).toContain(expects);
      return;
    }
    expect(given).toMatchObject({ kind: 'rows' });
    if (given.kind !== 'rows') return;
    // Only an order that was asked for counts.
    const ordered = (list: readonly (readonly string[])[]) =>
      /\b(?:order|sort|top)\b/.test(query) ? list : [...list].sort((a, b) => (a.join('|') < b.join('|') ? -1 : 1));
    const told = {
      columns: given.columns.map(({ name }) => name),
      rows: ordered(given.rows.map((row) => row.map(shown))),
    };
    const printed = { columns, rows: ordered(rows.map((row) => row.map(plain))) };
    if (expects.startsWith('unequal:')) expect(told).not.toEqual(printed);
    else expect(told).toEqual(printed);
  },
);

test('how many there are', () => {
  const refused = examples.filter(({ expects }) => expects.startsWith('refused')).length;
  const unequal = examples.filter(({ expects }) => expects.startsWith('unequal')).length;
  expect(examples.every(({ source }) => /^[\w/.-]+\.md @ [0-9a-f]{40}/.test(source))).toBe(true);
  const readme = readFileSync(new URL('README.md', FOLDER), 'utf8');
  expect(readme).toContain(`${examples.length - refused - unequal} equal, ${refused} refused, ${unequal} unequal`);
});
