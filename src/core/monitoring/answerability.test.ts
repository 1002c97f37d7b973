import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answersBy, causesBy } from './answerability.ts';
import { ABILITIES, type Abilities, abilitiesFrom, type Ability, withAbilities } from './answerability/ability.ts';
import { inventoryUsd } from './answerability/changes.ts';
import { CAUSES, QUESTIONS } from './answerability/questions.ts';

const NAMES = Object.keys(ABILITIES) as readonly Ability[];
const NONE = abilitiesFrom(() => false);
const having = (...abilities: readonly Ability[]): Abilities => withAbilities(NONE, abilities);
const row = (id: string, has: Abilities, masked: boolean | null = true, nodes: number | null = null) =>
  answersBy(has, masked, { nodes }).find((one) => one.id === id);

test.each<[string, readonly Ability[], boolean | null, string, string]>([
  ['nothing', [], true, 'no', ''],
  ['translations and a watch', ['translations', 'watched-leases'], true, 'yes', 'exact'],
  ['translations and pods by the minute', ['translations', 'minute-leases'], true, 'yes', 'exact'],
  ['translations without pods', ['translations'], true, 'no', ''],
  ['records and pods, addresses of nodes unknown', ['records', 'watched-leases'], true, 'no', ''],
  ['records, pods, addresses', ['records', 'minute-leases', 'node-addresses'], true, 'partly', 'probable'],
  [
    'the same where pods have addresses of the network',
    ['records', 'minute-leases', 'node-addresses'],
    false,
    'yes',
    'exact',
  ],
  ['the same where that is not told', ['records', 'minute-leases', 'node-addresses'], null, 'partly', 'probable'],
  [
    'a firewall in the place of a flow log',
    ['firewall-logs', 'minute-leases', 'node-addresses'],
    true,
    'partly',
    'probable',
  ],
  ['Traffic Analytics alone', ['aggregates', 'coarse-leases', 'node-addresses'], true, 'partly', 'probable'],
])('who talks to this address, by %s', (_, abilities, masked, answerable, best) => {
  const who = row('who', having(...abilities), masked);
  expect(who?.answerable).toBe(answerable);
  expect(who?.verdicts[0] ?? '').toBe(best);
});

test('what is not told makes an answer that cannot be told, and no better one', () => {
  const untold = abilitiesFrom((ability) => (ability === 'watched-leases' ? null : ability === 'translations'));
  expect(row('who', untold)?.answerable).toBe('cannot-tell');
  expect(row('who', withAbilities(untold, ['minute-leases']))?.says).toMatch(/less than a minute/);
});

test.each<[string, readonly Ability[], number | null, readonly string[], number | null]>([
  ['with translations pods are missing', ['translations'], null, ['watched-leases', 'node-addresses'], 0],
  ['with pods translations are', ['watched-leases', 'node-addresses'], null, ['translations', 'kernel-counters'], 0],
  [
    'with nothing both are, for nothing',
    [],
    null,
    ['watched-leases', 'node-addresses', 'translations', 'kernel-counters'],
    0,
  ],
  ['where there is no better, nothing is', ['translations', 'watched-leases'], 100, [], null],
])('%s', (_, abilities, nodes, missing, cost) => {
  const who = row('who', having(...abilities), true, nodes);
  expect([...(who?.missing ?? [])].sort()).toEqual([...missing].sort());
  expect(who?.cheapestChange?.costPerMonth ?? null).toBe(cost);
});

test('pods each minute cost for 100 nodes what the prices say', () => {
  expect(Math.round(inventoryUsd(100, 1) ?? 0)).toBe(226);
  expect(Math.round(inventoryUsd(100, 5) ?? 0)).toBe(45);
});

const RANK = ['no', 'cannot-tell', 'partly', 'yes'];
const truth = fc.constantFrom(true, false, null);
const abilities = fc
  .tuple(...NAMES.map(() => truth))
  .map((of) => abilitiesFrom((ability) => of[NAMES.indexOf(ability)] ?? null));

test('an ability more never makes an answer worse', () => {
  fc.assert(
    fc.property(abilities, fc.constantFrom(...NAMES), truth, (has, more, masked) => {
      const before = answersBy(has, masked, { nodes: 10 });
      const after = answersBy(withAbilities(has, [more]), masked, { nodes: 10 });
      for (const [i, { answerable }] of before.entries())
        expect(RANK.indexOf(after[i]?.answerable ?? '')).toBeGreaterThanOrEqual(RANK.indexOf(answerable));
    }),
    { numRuns: 60 },
  );
});

test('what is said to be the cheapest change does what is said', () => {
  fc.assert(
    fc.property(abilities, truth, (has, masked) => {
      for (const { id, cheapestChange } of answersBy(has, masked, { nodes: 10 })) {
        if (cheapestChange === null) continue;
        expect(row(id, withAbilities(has, cheapestChange.adds), masked)?.says).toBe(cheapestChange.gives);
      }
    }),
    { numRuns: 60 },
  );
});

test('who has everything is answered everything', () => {
  const all = having(...NAMES);
  expect(answersBy(all, true, { nodes: 1 }).map(({ answerable }) => answerable)).toEqual(QUESTIONS.map(() => 'yes'));
  expect(causesBy(all).every(({ tells }) => tells === true)).toBe(true);
  expect(causesBy(NONE).every(({ tells }) => tells === false)).toBe(true);
  expect(CAUSES.length).toBe(15);
});
