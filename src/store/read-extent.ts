import type { Instant } from '../base/instant.ts';
import type { Engine } from './engine.ts';
import type { KeptAnswers } from './kept-answers.ts';

interface Row {
  readonly from_ms: number;
  readonly until_ms: number;
  readonly flows: number;
  readonly partly?: number;
}

/** The time that flows are known of; null: there are none. */
export const readExtent = async (
  engine: Engine,
  kept: KeptAnswers,
  cluster: string,
  keptFrom: Instant,
): Promise<{ readonly from: Instant; readonly until: Instant } | null> => {
  const states = await kept.look();
  const ask = async (statement: string): Promise<Row | undefined> =>
    (await kept.rows<Row>(engine, states, statement, { cluster, kept_ms: keptFrom }))[0];
  const counted = await ask('read/extent');
  const row = counted?.partly === 1 ? await ask('read/extent-of-flows') : counted;
  return row === undefined || row.flows === 0 ? null : { from: row.from_ms as Instant, until: row.until_ms as Instant };
};
