import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { LOCAL_LIMITS } from '../src/core/kql/local-answer.ts';
import type { Column } from '../src/core/kql/query.ts';
import { KustoLanguage } from '../src/kusto/kusto-language.ts';
import { openChdb } from '../src/store/chdb.ts';
import { localTables } from '../src/store/kql/local-tables.ts';

/** KQL in the store's SQL says what a plain reading of the rows says. */

type Value = string | number | boolean | null;
type Row = Readonly<Record<string, Value>>;

const LEFT: readonly Column[] = [
  { name: 'id', type: 'long' },
  { name: 's', type: 'string' },
  { name: 'n', type: 'long' },
  { name: 'b', type: 'bool' },
];
const RIGHT: readonly Column[] = [
  { name: 'rid', type: 'long' },
  { name: 's', type: 'string' },
  { name: 'n', type: 'long' },
];
const TABLES = Object.fromEntries(
  Object.entries({ L: LEFT, R: RIGHT }).map(([name, columns]) => [
    name,
    { columns: Object.fromEntries(columns.map((column) => [column.name, { type: column.type }])), gone: {} },
  ]),
) as never;

const folder = mkdtempSync(join(tmpdir(), 'unmasq-kql-'));
const engine = openChdb(folder);
const language = new KustoLanguage();
afterAll(async () => {
  await language.close();
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

const ask = async (
  query: string,
  left: readonly Row[],
  right: readonly Row[],
): Promise<readonly (readonly unknown[])[]> => {
  const read = await language.read(query, TABLES);
  if (read.kind !== 'query') throw new Error(JSON.stringify(read));
  const local = localTables(engine, null);
  const cells = (columns: readonly Column[], rows: readonly Row[]) =>
    rows.map((row) => columns.map(({ name }) => row[name] ?? null));
  await local.add('L', LEFT, cells(LEFT, left));
  await local.add('R', RIGHT, cells(RIGHT, right));
  const answer = await local.run(read.query, 0, LOCAL_LIMITS);
  await local.close();
  if (answer.kind !== 'rows') throw new Error(JSON.stringify(answer));
  return answer.rows;
};

// Few values, so that they meet; the blank and null among them.
const text = fc.constantFrom('', 'a', 'b', 'A', 'a-b');
const number = fc.constantFrom(null, -2, 0, 1, 7);
const rowsOf = <R extends Row>(row: Record<string, fc.Arbitrary<Value>>, id: string): fc.Arbitrary<readonly R[]> =>
  fc
    .array(fc.record(row), { maxLength: 6 })
    .map((rows) => rows.map((each, i) => ({ [id]: i, ...each })) as unknown as readonly R[]);
const lefts = rowsOf<Row>({ s: text, n: number, b: fc.constantFrom(null, true, false) }, 'id');
const rights = rowsOf<Row>({ s: text, n: number }, 'rid');

/** What a condition is: true, false or unknown. */
type Truth = boolean | null;
interface Condition {
  readonly kql: string;
  readonly of: (row: Row) => Truth;
}

const compare = (op: string, a: Value, b: Value): Truth => {
  if (op === '==' || op === '!=') {
    if (a === null && b === null) return null;
    return op === '==' ? a === b : a !== b;
  }
  if (a === null || b === null) return null;
  return op === '<' ? a < b : op === '<=' ? a <= b : op === '>' ? a > b : a >= b;
};
const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.tuple(fc.constantFrom('==', '!=', '<', '<=', '>', '>='), number).map(
      ([op, n]): Condition => ({
        kql: `n ${op} ${n ?? 'long(null)'}`,
        of: (row) => compare(op, row['n'] ?? null, n),
      }),
    ),
    fc
      .tuple(fc.constantFrom('==', '!='), text)
      .map(([op, s]): Condition => ({ kql: `s ${op} "${s}"`, of: (row) => compare(op, row['s'] ?? '', s) })),
    fc.array(number, { minLength: 1, maxLength: 3 }).chain((list) =>
      fc.boolean().map(
        (not): Condition => ({
          kql: `n ${not ? '!in' : 'in'} (${list.map((n) => n ?? 'long(null)').join(', ')})`,
          // in: or of ==; !in: and of !=
          of: (row) =>
            list
              .map((n) => compare(not ? '!=' : '==', row['n'] ?? null, n))
              .reduce((a, b) => (not ? both(a, b) : either(a, b))),
        }),
      ),
    ),
    fc.constant<Condition>({ kql: 'b', of: (row) => row['b'] as Truth }),
    fc.constant<Condition>({ kql: 'isempty(s)', of: (row) => row['s'] === '' }),
    fc.constant<Condition>({ kql: 'isnull(n)', of: (row) => row['n'] === null }),
    fc.constant<Condition>({ kql: 's =~ "A"', of: (row) => String(row['s']).toLowerCase() === 'a' }),
    fc.constant<Condition>({ kql: 's contains "a"', of: (row) => String(row['s']).toLowerCase().includes('a') }),
    fc.constant<Condition>({
      kql: 's has "a"',
      of: (row) =>
        String(row['s'])
          .toLowerCase()
          .split(/[^a-z]/)
          .includes('a'),
    }),
    fc.constant<Condition>({
      kql: 'n between (0 .. 1)',
      of: (row) => both(compare('>=', row['n'] ?? null, 0), compare('<=', row['n'] ?? null, 1)),
    }),
    tie('condition').map((inner): Condition => ({ kql: `not(${inner.kql})`, of: (row) => negated(inner.of(row)) })),
    fc
      .tuple(tie('condition'), tie('condition'))
      .map(([a, b]): Condition => ({ kql: `(${a.kql}) and (${b.kql})`, of: (row) => both(a.of(row), b.of(row)) })),
    fc
      .tuple(tie('condition'), tie('condition'))
      .map(([a, b]): Condition => ({ kql: `(${a.kql}) or (${b.kql})`, of: (row) => either(a.of(row), b.of(row)) })),
  ),
}));
const both = (a: Truth, b: Truth): Truth =>
  a === false || b === false ? false : a === null || b === null ? null : true;
const either = (a: Truth, b: Truth): Truth =>
  a === true || b === true ? true : a === null || b === null ? null : false;
const negated = (a: Truth): Truth => (a === null ? null : !a);

const sorted = (rows: readonly (readonly unknown[])[]): readonly string[] =>
  rows.map((row) => JSON.stringify(row)).sort();
const RUNS = { numRuns: 40 };

test(
  'law: where keeps the rows whose condition is true, neither false nor null',
  () =>
    fc.assert(
      fc.asyncProperty(lefts, condition, async (rows, { kql, of }) => {
        const kept = rows.filter((row) => of(row) === true).map((row) => [row['id']]);
        expect(await ask(`L | where ${kql} | project id | order by id asc`, rows, [])).toEqual(kept);
      }),
      RUNS,
    ),
  120_000,
);

test(
  'law: project tells what a condition is of each row',
  () =>
    fc.assert(
      fc.asyncProperty(lefts, condition, async (rows, { kql, of }) => {
        expect(
          await ask(`L | project id, x = ${kql}, m = n + 1, t = strcat(s, "|", n) | order by id asc`, rows, []),
        ).toEqual(
          rows.map((row) => [
            row['id'],
            of(row),
            row['n'] === null ? null : Number(row['n']) + 1,
            `${row['s']}|${row['n'] ?? ''}`,
          ]),
        );
      }),
      RUNS,
    ),
  120_000,
);

test(
  'law: summarize',
  () =>
    fc.assert(
      fc.asyncProperty(lefts, fc.constantFrom<readonly string[]>(['s'], ['n'], ['s', 'n'], []), async (rows, by) => {
        const groups = new Map<string, Row[]>();
        if (by.length === 0) groups.set('[]', []);
        for (const row of rows) {
          const key = JSON.stringify(by.map((name) => row[name]));
          groups.set(key, [...(groups.get(key) ?? []), row]);
        }
        const expected = [...groups].map(([key, group]) => {
          const numbers = group.flatMap(({ n }) => (typeof n === 'number' ? [n] : []));
          const last = group.reduce<Row | null>(
            (best, row) =>
              best === null || (row['n'] !== null && (best['n'] === null || Number(row['n']) > Number(best['n'])))
                ? row
                : best,
            null,
          );
          return [
            ...(JSON.parse(key) as Value[]),
            group.length,
            group.filter(({ b }) => b === true).length,
            new Set(numbers).size,
            numbers.reduce((a, b) => a + b, 0),
            numbers.length === 0 ? null : Math.min(...numbers),
            numbers.length === 0 ? null : Math.max(...numbers),
            numbers.length === 0 ? null : numbers.reduce((a, b) => a + b, 0) / numbers.length,
            numbers,
            last?.['n'] ?? null,
          ];
        });
        const asked = `L | order by id asc | summarize c = count(), i = countif(b), d = dcount(n), t = sum(n), lo = min(n), hi = max(n), mean = avg(n), l = make_list(n), arg_max(n, b)${by.length === 0 ? '' : ` by ${by.join(', ')}`} | project-away b`;
        expect(sorted(await ask(asked, rows, []))).toEqual(sorted(expected));
      }),
      RUNS,
    ),
  120_000,
);

test(
  'law: joins',
  () =>
    fc.assert(
      fc.asyncProperty(
        lefts,
        rights,
        fc.constantFrom(
          'inner',
          'leftouter',
          'rightouter',
          'fullouter',
          'leftsemi',
          'leftanti',
          'rightsemi',
          'rightanti',
          'innerunique',
        ),
        fc.constantFrom<readonly string[]>(['s'], ['n'], ['s', 'n']),
        async (left, right, kind, on) => {
          // A blank meets a blank; a null meets nothing.
          const meets = (a: Row, b: Row): boolean => on.every((key) => a[key] !== null && a[key] === b[key]);
          const firsts = left.filter(
            (row, i) => left.findIndex((other) => on.every((key) => other[key] === row[key])) === i,
          );
          const pairs = (kind === 'innerunique' ? firsts : left).flatMap((a) =>
            right.filter((b) => meets(a, b)).map((b): readonly [Row | null, Row | null] => [a, b]),
          );
          const lonelyLeft = left
            .filter((a) => !right.some((b) => meets(a, b)))
            .map((a): readonly [Row | null, Row | null] => [a, null]);
          const lonelyRight = right
            .filter((b) => !left.some((a) => meets(a, b)))
            .map((b): readonly [Row | null, Row | null] => [null, b]);
          const l = (row: Row | null) => [row?.['id'] ?? null, row?.['s'] ?? ''];
          const r = (row: Row | null) => [row?.['rid'] ?? null, row?.['s'] ?? ''];
          const expected: readonly (readonly Value[])[] =
            kind === 'leftsemi'
              ? left.filter((a) => right.some((b) => meets(a, b))).map(l)
              : kind === 'rightsemi'
                ? right.filter((b) => left.some((a) => meets(a, b))).map(r)
                : kind === 'leftanti'
                  ? lonelyLeft.map(([a]) => l(a))
                  : kind === 'rightanti'
                    ? lonelyRight.map(([, b]) => r(b))
                    : [
                        ...pairs,
                        ...(/left|full/.test(kind) ? lonelyLeft : []),
                        ...(/right|full/.test(kind) ? lonelyRight : []),
                      ].map(([a, b]) => [...l(a), ...r(b)]);
          const kept = /semi|anti/.test(kind) ? (kind.startsWith('left') ? 'id, s' : 'rid, s') : 'id, s, rid, s1';
          expect(
            sorted(
              await ask(
                `L | order by id asc | join kind=${kind} (R) on ${on.join(', ')} | project ${kept}`,
                left,
                right,
              ),
            ),
          ).toEqual(sorted(expected));
        },
      ),
      RUNS,
    ),
  180_000,
);
