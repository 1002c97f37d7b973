import { expect, test } from 'vitest';
import { type Known, type Sure, sureByRates } from './verdict-by-rates.ts';

const usual: Known = {
  isNode: false,
  probability: 0.99,
  flows: 500,
  hours: 20,
  seconds: 86_400,
  rate: 0.005,
  flowsBefore: 86,
  secondsBefore: 17_280,
};

test.each<[string, Partial<Known>, Sure]>([
  ['a workload that is sure', {}, 'workload'],
  ['the node, as sure', { isNode: true }, 'node'],
  ['just sure enough', { probability: 0.95 }, 'workload'],
  ['not sure enough', { probability: 0.9499 }, 'none'],
  ['a rare destination', { flows: 19 }, 'none'],
  ['a destination that is just not rare', { flows: 20 }, 'workload'],
  ['a destination that was only talked to in one hour', { hours: 1 }, 'none'],
  ['in two hours', { hours: 2 }, 'workload'],
  ['a workload that has just come', { seconds: 7_199 }, 'none'],
  ['a workload that has been there for two hours', { seconds: 7_200 }, 'workload'],
  ['a rate five times what it was', { rate: 0.025 }, 'none'],
  ['a rate a fifth of what it was', { rate: 0.001 }, 'none'],
  ['a rate three times what it was', { rate: 0.015 }, 'workload'],
  ['a rate that was never seen before', { flowsBefore: 0 }, 'none'],
  ['a change that is of too few flows to be told', { rate: 0.0002, flowsBefore: 0 }, 'workload'],
  ['nothing known of days before', { flowsBefore: 0, secondsBefore: 0 }, 'workload'],
])('%s', (_, given, expected) => {
  expect(sureByRates({ ...usual, ...given })).toBe(expected);
});
