import type { Engine, Params } from './engine.ts';
import { sql } from './sql.ts';

/** How each table was when it was looked at: another text where anything in it has changed since. null: nobody can tell, and every question is asked. */
export type States = ReadonlyMap<string, string> | null;

interface Answer {
  readonly to: string;
  readonly rows: readonly unknown[];
}

/**
 * Answers that are given again as long as the tables that they were read from are as they were. To look whether they are costs one short
 * statement, however many answers are wanted; it is what every question needs that is kept so, not what one of them asks.
 */
export class KeptAnswers {
  readonly #engine: Engine | null;
  readonly #answers = new Map<string, Answer>();
  #next: Promise<States> | null = null;

  /** null: the rows are on several servers, or on copies of one, and an answer may be older than a look at another. */
  constructor(engine: Engine | null) {
    this.#engine = engine;
  }

  /** What is asked after a look is of its state, or of a newer one. Those who ask at once share one. */
  look(): Promise<States> {
    this.#next ??= Promise.resolve().then(() => {
      // Whoever comes from here on may have written meanwhile.
      this.#next = null;
      return this.#states();
    });
    return this.#next;
  }

  /** The rows of a statement, by its file; of each and each cluster the last answer is kept. */
  async rows<Row>(
    engine: Engine,
    states: States,
    statement: string,
    params: Params & { readonly cluster: string },
  ): Promise<readonly Row[]> {
    const asked = sql(statement);
    if (states === null) return engine.rows<Row>(asked, params);
    const key = JSON.stringify([statement, params.cluster]);
    const to = JSON.stringify([params, tablesOf(asked).map((table) => states.get(table) ?? '')]);
    const kept = this.#answers.get(key);
    if (kept?.to === to) return kept.rows as readonly Row[];
    const rows = await engine.rows<Row>(asked, params);
    this.#answers.set(key, { to, rows });
    return rows;
  }

  async #states(): Promise<States> {
    if (this.#engine === null) return null;
    const tables = await this.#engine.rows<{ readonly table: string; readonly state: string }>(
      sql('read/table-states'),
    );
    return new Map(tables.map(({ table, state }) => [table, state]));
  }
}

const COMMENT = /--.*$/gm;
const FROM = /\b(?:FROM|JOIN)\s+(\w+)/g;

/** What a statement reads; also names that it gave itself, which are those of no table. */
const tablesOf = (text: string): readonly string[] =>
  [...text.replaceAll(COMMENT, '').matchAll(FROM)].map(([, table]) => table as string);
