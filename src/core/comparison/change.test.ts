import { expect, test } from 'vitest';
import { type Amount, type ChangeKind, changeOf } from './change.ts';

const NONE: Amount = { flows: 0, sureFlows: 0, mostFlows: 0, bytes: 0 };
const sure = (flows: number, bytes = flows * 100): Amount => ({ flows, sureFlows: flows, mostFlows: flows, bytes });
const amount = (sureFlows: number, flows: number, mostFlows: number, bytes = flows * 100): Amount => ({
  flows,
  sureFlows,
  mostFlows,
  bytes,
});

test.each<[string, Amount, Amount, ChangeKind, boolean]>([
  ['a sure flow where there was none', NONE, sure(1), 'new', true],
  ['flows that are only possible', NONE, amount(0, 3, 9), 'new', false],
  ['surely here now, and hardly possible before', amount(0, 0.4, 3), sure(4), 'new', false],
  ['surely here now; flows before name nobody', { ...NONE, mostFlows: 2 }, sure(4), 'new', false],
  ['as probable before as now is not new', amount(0, 0.5, 3), sure(1), 'same', false],
  ['hardly possible now as before', amount(0, 0.3, 3), amount(0, 0.4, 3), 'same', false],
  ['sure flows before, none now', sure(1), NONE, 'gone', true],
  ['sure flows before; flows now name nobody', sure(5), { ...NONE, mostFlows: 1 }, 'gone', false],
  ['sure flows before, hardly possible now', sure(5), amount(0, 0.4, 1), 'gone', false],
  ['possible before, none now', amount(0, 2, 5), NONE, 'gone', false],
  ['twice as many of a hundred', sure(100), sure(200), 'grown', true],
  ['one less than twice', sure(100), sure(199), 'same', true],
  ['twice as many of ten may be chance', sure(10), sure(20), 'same', true],
  ['twice as many in every case', amount(90, 95, 100), amount(200, 205, 210), 'grown', true],
  [
    'twice as many, unless the doubtful ones were all before',
    amount(90, 95, 101),
    amount(200, 205, 210),
    'grown',
    false,
  ],
  ['as many flows with twice the bytes', sure(100, 1_000), sure(100, 2_000), 'grown', true],
  ['the same where some of them may be others', amount(99, 100, 101, 1_000), sure(100, 2_000), 'grown', false],
  ['twice the bytes of three flows may be chance', sure(3, 1_000), sure(3, 2_000), 'same', true],
  ['no bytes were counted at all', sure(100, 0), sure(100, 0), 'same', true],
  ['half of two hundred', sure(200), sure(100), 'shrunk', true],
  ['half in every case but one', amount(200, 210, 220), amount(99, 100, 101), 'shrunk', false],
  ['as many flows with half the bytes', sure(100, 2_000), sure(100, 1_000), 'shrunk', true],
  ['fewer flows that carry more have grown', sure(200, 1_000), sure(100, 3_000), 'grown', true],
])('%s', (_, before, now, kind, isCertain) => {
  expect(changeOf(before, now)).toEqual({ kind, isCertain });
});
