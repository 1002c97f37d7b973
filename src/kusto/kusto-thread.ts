import { parentPort, workerData } from 'node:worker_threads';
import type { Diagnostic, QueryRead } from '../core/kql/query-language.ts';
import type { Place } from '../core/kql/query.ts';
import { globalsOf, type TableColumns } from './globals.ts';
import { items, loadLanguageService, type ServiceElement } from './language-service.ts';
import { QueryReader } from './read-query.ts';
import type { Answered, Asked } from './thread-messages.ts';
import { Kinds, placeOf } from './tree.ts';

/** One query at a time. Whoever asked ends this thread where it takes too long: the parser cannot be told to stop. */

/** A wrong query can have a fault at each of its words; nobody reads more. */
const MOST_DIAGNOSTICS = 100;

const isLate = workerData as Int32Array;
const service = loadLanguageService();
const reader = new QueryReader(service);
const kinds = new Kinds(service);
const globals = new Map<number, object>();
/** Asked at each node while names and types are looked up; the parser does not ask. */
const token = new service.Utils.CancellationToken.$ctor1(() => Atomics.load(isLate, 0) !== 0);

const globalsFor = (schema: number, tables: TableColumns | null): object => {
  const known = globals.get(schema) ?? globalsOf(service, tables ?? {});
  globals.set(schema, known);
  return known;
};

/** Some findings about joins have no place: that of the only join, or the whole text. */
const placeOfJoin = (root: ServiceElement, text: string): Place => {
  const joins: ServiceElement[] = [];
  const open = [root];
  // A tree can be hundreds deep: a loop, not a recursion.
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (kinds.of(node) === 'JoinOnClause') joins.push(node);
    for (let i = 0; i < node.ChildCount; i++) {
      const child = node.GetChild(i);
      if (child !== null) open.push(child);
    }
  }
  const [only, second] = joins;
  return only === undefined || second !== undefined ? { from: 0, until: text.length } : placeOf(only);
};

const read = (text: string, known: object): QueryRead => {
  // Asked first: to parse a management command builds another grammar, which takes 2 s and 90 MB, and none of them is a query.
  if (service.KustoCode.GetKind(text) !== 'Query') return { kind: 'command' };
  const code = service.KustoCode.Parse(text).Analyze(known, token);
  const diagnostics = items(code.GetDiagnostics())
    .slice(0, MOST_DIAGNOSTICS)
    .map(
      ({ Code, Severity, Message, Start, Length }): Diagnostic => ({
        code: Code,
        severity: Severity === 'Error' ? 'error' : Severity === 'Warning' ? 'warning' : 'note',
        message: Message,
        at: Length > 0 || Start > 0 ? { from: Start, until: Start + Length } : placeOfJoin(code.Syntax, text),
      }),
    );
  if (!code.HasSemantics || diagnostics.some(({ severity }) => severity === 'error'))
    return { kind: 'faulty', diagnostics };
  const query = reader.read(code.Syntax);
  return query.ok
    ? { kind: 'query', query: query.value, diagnostics }
    : { kind: 'unread', what: query.problem.what, at: query.problem.at, diagnostics };
};

const answer = ({ text, schema, tables }: Asked): QueryRead => {
  try {
    return read(text, globalsFor(schema, tables));
  } catch (thrown) {
    // What the token throws is no Error.
    if (Atomics.load(isLate, 0) !== 0) return { kind: 'gave-up', why: 'late' };
    return { kind: 'gave-up', why: thrown instanceof Error ? thrown.message : String(thrown) };
  }
};

parentPort?.on('message', (asked: Asked) => parentPort?.postMessage(answer(asked) satisfies Answered));
parentPort?.postMessage(null satisfies Answered);
