import type { RatesAccuracy } from '../core/ports.ts';
import type { Engine } from './engine.ts';
import type { KeptAnswers } from './kept-answers.ts';

/** Days up to the newest that was graded. */
const DAYS = 7;

interface BinRow {
  readonly slice: string;
  readonly bin: number;
  readonly flows: number;
  readonly confidence: number;
  readonly right: number;
}

/** How right the rates are on this cluster; null where no day was graded. */
export const readAccuracy = async (
  engine: Engine,
  kept: KeptAnswers,
  cluster: string,
): Promise<RatesAccuracy | null> => {
  const states = await kept.look();
  const [graded] = await kept.rows<{ days: number }>(engine, states, 'read/graded-days', { cluster });
  if (graded === undefined || graded.days === 0) return null;
  const rows = await kept.rows<BinRow>(engine, states, 'read/accuracy', { cluster, days: DAYS });
  return {
    days: Math.min(DAYS, graded.days),
    slices: [...Map.groupBy(rows, ({ slice }) => slice)].map(([slice, bins]) => {
      const sum = (of: (bin: BinRow) => number): number => bins.reduce((all, bin) => all + of(bin), 0);
      const flows = sum((bin) => bin.flows);
      return {
        slice,
        flows,
        right: sum((bin) => bin.right) / flows,
        ece: sum((bin) => Math.abs(bin.confidence - bin.right)) / flows,
      };
    }),
  };
};
