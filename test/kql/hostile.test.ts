import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkQuery } from '../../src/core/kql/check-query.ts';
import { KUSTO_DEFAULTS, KustoLanguage } from '../../src/kusto/kusto-language.ts';
import { publishedTables } from './published-tables.ts';
import { TRAP_CASES } from './trap-cases.ts';

/** Whatever the text is: located findings and an end, never a crash. */

const language = new KustoLanguage({ ...KUSTO_DEFAULTS, deadlineMs: 1_500 });
const tables = publishedTables();
// The service builds its grammar with its first query, which takes long on a busy machine.
beforeAll(() => language.read('print 1', {}), 120_000);
afterAll(() => language.close());

const folder = join(import.meta.dirname, '../../kql');
const GOOD = [
  ...readdirSync(folder)
    .filter((name) => name.endsWith('.kql'))
    .map((name) => readFileSync(join(folder, name), 'utf8')),
  ...TRAP_CASES.filter(({ code }) => !/KQL00[12]/.test(code)).map(({ faulty }) => faulty),
];

/** What is wrong with how a text was taken: every finding lies in it, and there is one where it is no query. */
const wrongly = async (text: string): Promise<readonly unknown[]> => {
  const { findings, query } = await checkQuery(language, text, tables);
  const misplaced = findings.filter(
    ({ at, code, message }) =>
      !/^K(?:QL|S)\d{3}$/.test(code) || message === '' || at.from < 0 || at.until < at.from || at.until > text.length,
  );
  return query === null && findings.length === 0 ? ['nothing is said'] : misplaced;
};
const isTold = async (text: string): Promise<boolean> => (await wrongly(text)).length === 0;

test('queries that were cut, torn and shuffled', async () => {
  const torn = fc.constantFrom(...GOOD).chain((text) =>
    fc.oneof(
      fc.nat(text.length).map((end) => text.slice(0, end)),
      fc.tuple(fc.nat(text.length), fc.nat(12)).map(([at, n]) => text.slice(0, at) + text.slice(at + n)),
      fc
        .tuple(fc.nat(text.length), fc.string({ maxLength: 6 }))
        .map(([at, more]) => text.slice(0, at) + more + text.slice(at)),
      fc.array(fc.nat(text.length), { minLength: 2, maxLength: 8 }).map((cuts) => {
        const pieces = text.split(/(\W)/);
        for (const cut of cuts) {
          const [a, b] = [cut % pieces.length, (cut * 7 + 3) % pieces.length];
          [pieces[a], pieces[b]] = [pieces[b] ?? '', pieces[a] ?? ''];
        }
        return pieces.join('');
      }),
    ),
  );
  await fc.assert(fc.asyncProperty(torn, isTold), { numRuns: 150 });
}, 300_000);

test('texts that are no queries', async () => {
  const text = fc.oneof(fc.string({ maxLength: 200 }), fc.string({ unit: 'binary', maxLength: 60 }));
  await fc.assert(fc.asyncProperty(text, isTold), { numRuns: 80 });
}, 300_000);

const nested = (open: string, close: string, n: number): string => `print ${open.repeat(n)}1${close.repeat(n)}`;

test.each<[string, string]>([
  ['nothing', ''],
  ['a null character', '\0'],
  ['a byte order mark', '\uFEFFprint 1'],
  ['half a character', 'print "\ud800"'],
  ['bars', '|||||'],
  ['brackets within the limit', nested('(', ')', 60)],
  ['lists within lists', `print 1 ${'in ('.repeat(60)}1${')'.repeat(60)}`],
  ['open lists beyond the limit', `Heartbeat | where ${'a in ('.repeat(320)}`],
  ['brackets without an end', `print ${'('.repeat(20_000)}`],
  [
    'a chain of conditions',
    `Heartbeat | where ${Array.from({ length: 5_000 }, (_, i) => `Computer == "${i}"`).join(' or ')}`.slice(0, 65_000),
  ],
  ['a pipe of thousands', `Heartbeat ${'| where 1 == 1 '.repeat(4_000)}`],
  ['a sum of thousands', `print ${'1+'.repeat(30_000)}1`],
  ['a list of thousands', `print 1 in (${'1,'.repeat(30_000)}1)`],
  ['a string of 60 kB', `print "${'a'.repeat(60_000)}"`],
  ['a string of a megabyte', `print "${'a'.repeat(1_000_000)}"`],
  ['a comment of 60 kB', `// ${'a'.repeat(60_000)}\nprint 1`],
  ['quotes', '"'.repeat(60_001)],
  ['backquotes', '```'.repeat(20_001)],
  ['slashes', '/'.repeat(60_001)],
  ['150 names', `${Array.from({ length: 150 }, (_, i) => `let a${i} = ${i};`).join('\n')}\nprint a1`],
  ['statements beyond the limit', 'print 1;'.repeat(300)],
  ['unions of unions', `union ${'(union '.repeat(50)}Heartbeat${')'.repeat(50)}`],
  ['joins of joins', `${'Heartbeat | join kind=inner ('.repeat(20)}Heartbeat${') on Computer'.repeat(20)}`],
  [
    'tables in lists in tables',
    `${'Heartbeat | where Computer in ((Heartbeat | where Computer in (('.repeat(10)}Heartbeat${'))'.repeat(20)}`,
  ],
  ['iff of iff', `print ${'iff(true, "a", '.repeat(50)}"b"${')'.repeat(50)}`],
])(
  '%s',
  async (_, text) => {
    expect(await wrongly(text)).toEqual([]);
  },
  300_000,
);

test('names that every object has', async () => {
  expect(await wrongly('__proto__ | where constructor == "toString"')).toEqual([]);
  const text =
    'let __proto__ = 1; Heartbeat | where TimeGenerated > ago(1h) | project constructor = Computer, toString = 1';
  expect(await wrongly(text)).toEqual([]);
});
