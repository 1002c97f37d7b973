import type { QueryRead } from '../core/kql/query-language.ts';
import type { TableColumns } from './globals.ts';

/** What is sent to the thread. `tables` the first time that it hears of a schema, null after it. */
export interface Asked {
  readonly text: string;
  readonly schema: number;
  readonly tables: TableColumns | null;
}

/** null: it is ready. */
export type Answered = QueryRead | null;
