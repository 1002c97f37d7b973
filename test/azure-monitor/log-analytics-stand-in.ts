import { createServer as createPlainServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Certificates } from '../kube-api-server/certificates.ts';

/**
 * A stand-in for the query API of Log Analytics, and for the endpoint of a managed identity. It speaks the wire format that Microsoft's pages
 * and recorded answers show, holds rows that become visible at some time, and understands the queries that the collector sends: every other is refused.
 * https://learn.microsoft.com/azure/azure-monitor/logs/api/response-format
 */

export type Cells = Readonly<Record<string, unknown>>;

export interface StoredRow {
  readonly table: string;
  /** From then on a query finds it. */
  readonly visibleAt: number;
  /** `TimeGenerated` among them. */
  readonly cells: Cells;
}

/** A table as it is answered. */
export interface Answer {
  readonly columns: readonly (readonly [name: string, type: string])[];
  readonly rows: readonly (readonly unknown[])[];
}

/** What befalls a request in place of its answer. */
export type Befalls = 'throttled' | 'unavailable' | 'cut' | 'partial' | 'garbled' | 'forbidden' | 'late';

export const TOKEN = 'token-of-the-stand-in';

export class LogAnalyticsStandIn {
  now = 0;
  limits = { rows: 500_000, bytes: 64_000_000 };
  befalls: (query: string) => Befalls | null = () => null;
  /** Of queries that are not the collector's; null: it is one, or is refused; a text: why it is refused. */
  answers: (query: string) => Answer | null | Promise<Answer | string | null> = () => null;
  /** Tables that `/query` does not answer of and `/search` does, with the plan. */
  readonly plans = new Map<string, 'Basic' | 'Auxiliary'>();
  /** Of queries that came by `/search`: the time that was told beside them. */
  readonly searched: string[] = [];
  readonly rows: StoredRow[] = [];
  readonly queries: string[] = [];
  /** Rows of the largest answer that was whole. */
  largest = 0;
  private readonly tables = new Map<string, readonly string[]>();
  private readonly server: Server;
  private readonly identity: Server;
  private readonly workspace: string;

  constructor(workspace: string, { server }: Certificates) {
    this.workspace = workspace;
    this.server = createServer({ cert: server.cert, key: server.key }, (request, response) => {
      void this.answer(request, response);
    });
    this.identity = createPlainServer((request, response) => {
      const isMine = request.headers['x-identity-header'] === 'secret-of-the-machine';
      response.writeHead(isMine ? 200 : 401, { 'content-type': 'application/json' });
      const expires = Math.floor(Date.now() / 1_000) + 86_400;
      const resource = new URL(request.url ?? '', 'http://x').searchParams.get('resource');
      response.end(JSON.stringify({ access_token: TOKEN, expires_on: expires, resource, token_type: 'Bearer' }));
    });
  }

  table(name: string, columns: readonly string[]): void {
    this.tables.set(name, columns);
  }

  async listen(): Promise<{ readonly endpoint: string; readonly identity: NodeJS.ProcessEnv }> {
    const on = async (server: Server): Promise<number> => {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return (server.address() as AddressInfo).port;
    };
    const identity = {
      IDENTITY_ENDPOINT: `http://127.0.0.1:${await on(this.identity)}/msi/token`,
      IDENTITY_HEADER: 'secret-of-the-machine',
    };
    return { endpoint: `https://127.0.0.1:${await on(this.server)}`, identity };
  }

  close(): void {
    for (const server of [this.server, this.identity]) {
      server.closeAllConnections();
      server.close();
    }
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const say = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void => {
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
      response.end(JSON.stringify(body));
    };
    if (request.headers.authorization !== `Bearer ${TOKEN}`)
      return say(403, wrong('InvalidAuthenticationToken', 'The access token is invalid.'));
    const way = new RegExp(`^/v1/workspaces/${this.workspace}/(query|search)$`).exec(request.url ?? '')?.[1];
    if (request.method !== 'POST' || way === undefined)
      return say(404, wrong('PathNotFoundError', 'The requested path does not exist'));
    if (!/^wait=\d+$/.test(String(request.headers['prefer'])))
      return say(400, wrong('BadArgumentError', 'no Prefer: wait'));
    const { query, timespan } = JSON.parse(Buffer.concat(pieces).toString()) as {
      readonly query: string;
      readonly timespan?: string;
    };
    this.queries.push(query);
    const dear = [...this.plans].find(([table]) => new RegExp(`^${table}$`, 'm').test(query));
    // What it says in truth is not published.
    if (dear !== undefined && way === 'query')
      return say(400, wrong('BadArgumentError', `Table ${dear[0]} is of the plan ${dear[1]}: use search`));
    if (way === 'search') {
      if (dear === undefined || !/^\S+Z\/\S+Z$/.test(timespan ?? ''))
        return say(
          400,
          wrong('BadArgumentError', 'search is of one table of the plan Basic or Auxiliary, with a timespan'),
        );
      this.searched.push(timespan ?? '');
    }
    const befalls = this.befalls(query);
    if (befalls === 'throttled') return say(429, wrong('ThrottledError', 'Too many requests'), { 'retry-after': '1' });
    if (befalls === 'unavailable') return say(503, wrong('ServiceUnavailable', 'try again'));
    if (befalls === 'forbidden')
      return say(403, wrong('InsufficientAccessError', 'The provided credentials have insufficient access'));
    if (befalls === 'late')
      return say(504, wrong('GatewayTimeout', 'The gateway did not receive a response within the specified time'));
    const known = await this.answers(query);
    if (typeof known === 'string')
      return say(
        400,
        wrong('BadArgumentError', 'The request had some invalid properties', {
          code: 'SemanticError',
          message: 'A semantic error occurred.',
          innererror: { code: 'SEM0100', message: known },
        }),
      );
    if (known !== null) {
      const columns = known.columns.map(([name, type]) => ({ name, type }));
      const answer = { tables: [{ name: 'PrimaryResult', columns, rows: known.rows }] };
      return say(200, befalls === 'partial' ? { ...answer, error: partial('500000 records') } : answer);
    }
    const answered = this.run(query);
    if (typeof answered === 'string') {
      const semantic = {
        code: 'SemanticError',
        message: 'A semantic error occurred.',
        innererror: { code: 'SEM0100', message: answered },
      };
      return say(400, wrong('BadArgumentError', 'The request had some invalid properties', semantic));
    }
    const { columns, rows } = answered;
    const table = (some: readonly (readonly unknown[])[]) => ({
      tables: [{ name: 'PrimaryResult', columns: columns.map((name) => ({ name, type: typeOf(name) })), rows: some }],
    });
    const [fits, which] = this.fit(rows);
    if (fits < rows.length || befalls === 'partial')
      return say(200, {
        ...table(rows.slice(0, befalls === 'partial' ? rows.length / 2 : fits)),
        error: partial(which),
      });
    this.largest = Math.max(this.largest, rows.length);
    if (befalls === 'garbled') {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(table(rows)).slice(0, -3));
    } else if (befalls === 'cut') {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write(JSON.stringify(table(rows)).slice(0, 40));
      setImmediate(() => response.destroy());
    } else say(200, table(rows));
  }

  /** How many rows an answer may hold, and what the limit is of. */
  private fit(rows: readonly (readonly unknown[])[]): readonly [number, string] {
    if (rows.length > this.limits.rows) return [this.limits.rows, `${this.limits.rows} records`];
    let bytes = 0;
    for (const [i, row] of rows.entries()) {
      bytes += JSON.stringify(row).length;
      if (bytes > this.limits.bytes) return [i, `${this.limits.bytes} bytes`];
    }
    return [rows.length, ''];
  }

  /** A text: why the query is refused. */
  private run(
    query: string,
  ): { readonly columns: readonly string[]; readonly rows: readonly (readonly unknown[])[] } | string {
    const [name = '', ...steps] = query.split(' | ');
    if (query === 'print 1') return { columns: ['print_0'], rows: [[1]] };
    const has = this.tables.get(name);
    if (has === undefined) return `'where' operator: Failed to resolve table or column expression named '${name}'`;
    if (steps.join() === 'getschema,project ColumnName')
      return { columns: ['ColumnName'], rows: has.map((one) => [one]) };
    let rows = this.rows.filter((row) => row.table === name && row.visibleAt <= this.now).map(({ cells }) => cells);
    for (const [i, step] of steps.entries()) {
      const within = /^where TimeGenerated >= datetime\((\S+Z)\) and TimeGenerated < datetime\((\S+Z)\)$/.exec(step);
      const equal = /^where (\w+) (=~|endswith) "([^"\\]*)"$/.exec(step);
      const share = /^where hash\(tostring\(pack_all\(\)\), (\d+)\) == (\d+)$/.exec(step);
      const project = /^project (\w+(?:, \w+)*)$/.exec(step);
      const isLast = i === steps.length - 1;
      if (within !== null) {
        const [from, until] = [Date.parse(within[1] ?? ''), Date.parse(within[2] ?? '')];
        rows = rows.filter((row) => from <= timeOf(row) && timeOf(row) < until);
      } else if (equal !== null) {
        const [column = '', operator, value = ''] = equal.slice(1);
        if (!has.includes(column)) return `Failed to resolve scalar expression named '${column}'`;
        const text = (row: Cells): string => textIn(row[column]).toLowerCase();
        rows = rows.filter((row) =>
          operator === '=~' ? text(row) === value.toLowerCase() : text(row).endsWith(value),
        );
      } else if (share !== null) {
        rows = rows.filter((row) => hashOf(JSON.stringify(row)) % Number(share[1]) === Number(share[2]));
      } else if (isLast && project !== null) {
        const columns = (project[1] ?? '').split(', ');
        const unknown = columns.find((column) => !has.includes(column));
        if (unknown !== undefined) return `Failed to resolve column expression named '${unknown}'`;
        return { columns, rows: rows.map((row) => columns.map((column) => row[column] ?? null)) };
      } else if (
        isLast &&
        /^summarize Rows = count\(\), Bytes = (?:sum\(_BilledSize\)|real\(0\)) by Slice = bin\(TimeGenerated, 1m\)$/.test(
          step,
        )
      ) {
        const bins = Map.groupBy(rows, (row) => Math.floor(timeOf(row) / 60_000) * 60_000);
        const sums = [...bins].map(([at, some]) => [
          new Date(at).toISOString(),
          some.length,
          step.includes('_Billed') ? some.reduce((sum, row) => sum + Number(row['_BilledSize'] ?? 0), 0) : 0,
        ]);
        return { columns: ['Slice', 'Rows', 'Bytes'], rows: sums.toReversed() };
      } else if (isLast && /^summarize Rows = count\(\), Bytes = sum\(_BilledSize\) by Namespace = \w+$/.test(step)) {
        const column = step.slice(step.lastIndexOf(' ') + 1);
        if (!has.includes(column)) return `Failed to resolve scalar expression named '${column}'`;
        const groups = Map.groupBy(rows, (row) => textIn(row[column]));
        const sums = [...groups].map(([namespace, some]) => [
          namespace,
          some.length,
          some.reduce((sum, row) => sum + Number(row['_BilledSize'] ?? 0), 0),
        ]);
        return { columns: ['Namespace', 'Rows', 'Bytes'], rows: sums };
      } else if (isLast && step === 'summarize Rows = count() by ClusterName, ClusterId') {
        const groups = Map.groupBy(rows, (row) => JSON.stringify([row['ClusterName'], row['ClusterId']]));
        return {
          columns: ['ClusterName', 'ClusterId', 'Rows'],
          rows: [...groups].map(([key, some]) => [...(JSON.parse(key) as unknown[]), some.length]),
        };
      } else return `the stand-in does not understand: ${step}`;
    }
    return 'the stand-in does not understand a query without an end';
  }
}

const wrong = (code: string, message: string, innererror?: object): object => ({
  error: {
    message,
    code,
    correlationId: '00000000-0000-0000-0000-000000000000',
    ...(innererror === undefined ? {} : { innererror }),
  },
});

const partial = (limit: string): object => ({
  code: 'PartialError',
  message: 'There were some errors when processing your query.',
  details: [
    {
      code: 'EngineError',
      message: 'Something went wrong processing your query on the server.',
      innererror:
        limit === ''
          ? { code: '-2147467259', message: 'A node of the cluster went away.', severity: 2, severityName: 'Error' }
          : {
              code: '-2133196797',
              message: `The results of this query exceed the set limit of ${limit}, so not all records were returned (E_QUERY_RESULT_SET_TOO_LARGE, 0x80DA0003).`,
              severity: 2,
              severityName: 'Error',
            },
    },
  ],
});

const textIn = (cell: unknown): string => (typeof cell === 'string' ? cell : '');

const timeOf = (row: Cells): number => Date.parse(String(row['TimeGenerated']));

const typeOf = (name: string): string =>
  /^(?:TimeGenerated|Slice)$|Time$|TimeStamp$/.test(name)
    ? 'datetime'
    : /^(?:Rows|Bytes)$/.test(name)
      ? 'long'
      : 'string';

const hashOf = (text: string): number => {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) >>> 0;
  return hash;
};
