import { HOUR, type Instant, instant, MINUTE, renderInstant, SECOND } from '../../base/instant.ts';
import type { TimeSpan } from '../../core/ports.ts';
import { isObject, listOf, member, textOf } from '../../formats/json/json-value.ts';
import { parseUtcTime } from '../../formats/log-analytics/utc-time.ts';
import type { AzureApi } from '../azure/azure-api.ts';
import { AzureTrouble } from '../azure/azure-trouble.ts';
import {
  clustersQuery,
  countsQuery,
  namespacesQuery,
  type Part,
  pingQuery,
  rowsQuery,
  schemaQuery,
  type TableHere,
  usageQuery,
} from './queries.ts';
import { type Slice, sliceOf } from './slices.ts';
import { workspaceName } from './workspace-id.ts';

/** The service gives up after so long; ten minutes is the most that it allows. What takes longer is asked for in parts. */
const WITHIN_MS = 3 * MINUTE;

/** The rows of one answer: the answer itself, as it came, and how many rows of each minute are in it. */
export interface Rows {
  readonly bytes: Uint8Array;
  readonly counts: ReadonlyMap<Instant, number>;
}

/** A table of any query. */
export interface Answer {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly unknown[])[];
  /** Why only a part was answered; null: it is whole. */
  readonly partial: string | null;
}

export interface ClusterRows {
  readonly name: string;
  readonly id: string;
}

export interface NamespaceRows {
  /** Empty: of none. */
  readonly namespace: string;
  readonly rows: number;
  readonly bytes: number;
}

/** What is asked of a workspace. Everything throws `AzureTrouble`; an answer that is not whole is one. */
export class Workspace {
  readonly name: string;
  private readonly id: string;
  private readonly api: AzureApi;

  constructor(id: string, api: AzureApi) {
    this.id = id;
    this.name = workspaceName(id);
    this.api = api;
  }

  get requests(): number {
    return this.api.requests;
  }

  get throttled(): number {
    return this.api.throttled;
  }

  /** Throws where it cannot be queried. */
  async ping(): Promise<void> {
    await this.table(pingQuery);
  }

  /** Names of the table's columns; null: there is no such table, or it cannot be read with this API. */
  async columns(table: string): Promise<readonly string[] | { readonly absent: string }> {
    try {
      return (await this.table(schemaQuery(table))).rows.map(([name]) => String(name));
    } catch (error) {
      if (error instanceof AzureTrouble && error.kind === 'refused') return { absent: error.message };
      throw error;
    }
  }

  async clusters(table: string, span: TimeSpan): Promise<readonly ClusterRows[]> {
    const { rows, cell } = await this.table(clustersQuery(table, span));
    return rows.map((row) => ({ name: textOf(cell(row, 'ClusterName')), id: textOf(cell(row, 'ClusterId')) }));
  }

  /** In order of time. */
  async counts(table: TableHere, span: TimeSpan): Promise<readonly Slice[]> {
    try {
      return await this.countsAtOnce(table, span);
    } catch (error) {
      const middle = sliceOf(instant((span.from + span.until) / 2));
      const isTooMuch = error instanceof AzureTrouble && error.kind === 'too-much';
      if (!isTooMuch || span.until - span.from < 2 * HOUR) throw error;
      const before = await this.counts(table, { from: span.from, until: middle });
      return [...before, ...(await this.counts(table, { from: middle, until: span.until }))];
    }
  }

  private async countsAtOnce(table: TableHere, span: TimeSpan): Promise<readonly Slice[]> {
    const { rows, cell } = await this.table(countsQuery(table, span));
    return rows
      .map((row) => ({
        at: timeIn(cell(row, 'Slice')),
        rows: Number(cell(row, 'Rows')),
        bytes: Number(cell(row, 'Bytes') ?? 0),
      }))
      .sort((a, b) => a.at - b.at);
  }

  rows(table: TableHere, part: Part): Promise<Rows> {
    return this.query(rowsQuery(table, part), (body) => {
      const { rows, cell } = tableIn(body);
      const counts = new Map<Instant, number>();
      for (const row of rows) {
        const slice = sliceOf(timeIn(cell(row, 'TimeGenerated')));
        counts.set(slice, (counts.get(slice) ?? 0) + 1);
      }
      return { bytes: body, counts };
    });
  }

  /** Whatever is asked, as it is answered, also in part. `search`: of a table that is not of the plan Analytics, with the time that is read. */
  answer(query: string, search: TimeSpan | null = null): Promise<Answer> {
    const read = (body: Uint8Array): Answer => {
      const answer = parse(body);
      const error = member(answer, 'error');
      const table = listOf(member(answer, 'tables'))[0];
      const rows = member(table, 'rows');
      // Nothing at all is no part.
      if (!Array.isArray(rows)) throw isObject(error) ? partial(error) : noTable();
      return {
        columns: listOf(member(table, 'columns')).map((column) => ({
          name: textOf(member(column, 'name')),
          type: textOf(member(column, 'type')),
        })),
        rows: rows.map(listOf),
        partial: isObject(error) ? partial(error).message : null,
      };
    };
    return this.query(query, read, search);
  }

  /** Rows of the table Usage: the answer itself, as it came. */
  usage(span: TimeSpan): Promise<Uint8Array> {
    return this.query(usageQuery(span), (body) => {
      tableIn(body);
      return body;
    });
  }

  async namespaces(table: string, column: string, span: TimeSpan): Promise<readonly NamespaceRows[]> {
    const { rows, cell } = await this.table(namespacesQuery(table, column, span));
    return rows.map((row) => ({
      namespace: textOf(cell(row, 'Namespace')),
      rows: Number(cell(row, 'Rows')),
      bytes: Number(cell(row, 'Bytes') ?? 0),
    }));
  }

  private table(query: string): Promise<AnsweredTable> {
    return this.query(query, tableIn);
  }

  private query<Value>(
    query: string,
    read: (body: Uint8Array) => Value,
    search: TimeSpan | null = null,
  ): Promise<Value> {
    return this.api.ask(
      {
        method: 'POST',
        // https://learn.microsoft.com/azure/azure-monitor/logs/basic-logs-query
        path: `/v1/workspaces/${this.id}/${search === null ? 'query' : 'search'}`,
        body:
          search === null
            ? { query }
            : { query, timespan: `${renderInstant(search.from)}/${renderInstant(search.until)}` },
        headers: { Prefer: `wait=${WITHIN_MS / SECOND}` },
        withinMs: WITHIN_MS,
      },
      read,
    );
  }
}

interface AnsweredTable {
  readonly rows: readonly (readonly unknown[])[];
  readonly cell: (row: readonly unknown[], column: string) => unknown;
}

/** The one table of an answer that is whole. */
const tableIn = (body: Uint8Array): AnsweredTable => {
  const answer = parse(body);
  const error = member(answer, 'error');
  // The status was sent before the query was done: 200, whatever came of it.
  if (isObject(error)) throw partial(error);
  const table = listOf(member(answer, 'tables'))[0];
  const names = listOf(member(table, 'columns')).map((column) => textOf(member(column, 'name')));
  const rows = member(table, 'rows');
  if (names.length === 0 || !Array.isArray(rows)) throw noTable();
  return { rows: rows as readonly (readonly unknown[])[], cell: (row, column) => row[names.indexOf(column)] };
};

const noTable = (): AzureTrouble => new AzureTrouble('failed', 'the answer holds no table, as answers of queries do');

const parse = (body: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder().decode(body)) as unknown;
  } catch {
    throw new AzureTrouble('failed', 'the answer is no JSON, or was cut off');
  }
};

/** Kusto's own: result set too large, by rows or bytes; resources or memory exceeded; out of time. */
const TOO_MUCH =
  /E_QUERY_RESULT_SET_TOO_LARGE|0x80DA000[13]|-213319679[79]|E_RUNAWAY_QUERY|E_LOW_MEMORY|tim(?:ed? ?out)/i;

/** https://learn.microsoft.com/kusto/concepts/partial-query-failures */
const partial = (error: unknown): AzureTrouble => {
  const text = JSON.stringify(error);
  const details = listOf(member(error, 'details'));
  const said =
    textOf(member(member(details[0], 'innererror'), 'message')) ||
    textOf(member(details[0], 'message')) ||
    textOf(member(error, 'message'));
  return new AzureTrouble(
    TOO_MUCH.test(text) ? 'too-much' : 'failed',
    `only a part was answered: ${said.slice(0, 300)}`,
  );
};

const timeIn = (cell: unknown): Instant => {
  const at = parseUtcTime(textOf(cell));
  if (!at.ok) throw new AzureTrouble('failed', `the answer has a row without a time: ${at.problem}`);
  return at.value;
};
