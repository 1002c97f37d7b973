import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Machine, thisMachine } from './machine.ts';
import type { Result } from './rounds.ts';
import { figure, ratio } from './table.ts';

/** Results that later ones are compared with, one of each name and scale, and the machine that each was measured on. */
export interface Baseline {
  readonly results: readonly (Result & { readonly machine: Machine })[];
}

const PATH = join(import.meta.dirname, 'baseline.json');

export const readBaseline = (): Baseline =>
  existsSync(PATH) ? (JSON.parse(readFileSync(PATH, 'utf8')) as Baseline) : { results: [] };

const keyOf = ({ name, scale }: Pick<Result, 'name' | 'scale'>): string => `${name} ${scale}`;

/** The new results take the place of the old ones of their name and scale. */
export const saveBaseline = (results: readonly Result[]): Baseline => {
  const machine = thisMachine();
  const kept = new Map(readBaseline().results.map((result) => [keyOf(result), result]));
  for (const result of results) kept.set(keyOf(result), { ...result, machine });
  const baseline = { results: [...kept.values()] };
  writeFileSync(PATH, `${JSON.stringify(baseline, null, 2)}\n`);
  return baseline;
};

/** A change below this is noise on a shared machine. */
const NOISE = 1.3;

/**
 * One line for each result that the baseline has too. Machines differ and are noisy, so what is compared is how many times better than a
 * peer in the same run; only where there is no peer the figures themselves.
 */
export const compare = (baseline: Baseline, results: readonly Result[]): readonly string[] =>
  results.flatMap((now) => {
    const then = baseline.results.find((one) => keyOf(one) === keyOf(now));
    if (then === undefined) return [];
    const peers = (['duckdb', 'naive'] as const).flatMap((peer) => {
      const [a, b] = [then.peers[peer], now.peers[peer]];
      return typeof a !== 'number' || typeof b !== 'number'
        ? []
        : [{ against: `${peer}, times`, before: ratio(then, a), after: ratio(now, b), better: 'more' as const }];
    });
    const alone = { against: now.unit, before: then.value, after: now.value, better: now.better };
    return (peers.length > 0 ? peers : [alone]).map(
      ({ against, before, after, better }) =>
        `${now.name} (${against}): ${figure(before)} before, ${figure(after)} now${verdictOn(before, after, better)}`,
    );
  });

const verdictOn = (before: number, after: number, better: 'more' | 'less'): string => {
  const change = better === 'more' ? after / before : before / after;
  if (change < 1 / NOISE) return '  WORSE';
  return change > NOISE ? '  better' : '';
};
