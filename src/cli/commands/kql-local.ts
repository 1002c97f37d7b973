import { type FilledQuery, fillQuery, type ParametersAsked } from '../../app/kql-fill.ts';
import { kqlLocal, loadExports, type LoadedFile } from '../../app/kql-local.ts';
import { LOCAL_LIMITS, type LocalTables } from '../../core/kql/local-answer.ts';
import type { Query } from '../../core/kql/query.ts';
import type { QueryLanguage } from '../../core/kql/query-language.ts';
import type { Tables } from '../../core/kql/tables.ts';
import type { ByteObject } from '../../core/ports.ts';
import { chooseCluster, type Context, withStore, withStoreAt } from '../context.ts';
import { texts } from '../flag-values.ts';
import type { Given } from '../globals.ts';
import { must, refuse } from '../refused.ts';
import { count } from '../../base/number-text.ts';
import { printRows } from './kql-rows.ts';
import { parametersAsked, queryNamed, warnOf, withLanguage } from './kql-shared.ts';
import { exitOf } from '../exit-of.ts';

/** `kql run --local`: over exported tables, or over what the store knows. */
export const runKqlLocal = async (context: Context, word: string, given: Given): Promise<number> => {
  const { outside } = context;
  const pack = await outside.kqlPack();
  const { name, text } = await queryNamed(word, pack, outside);
  const asked = parametersAsked(given, context);
  const tables = pack.tables(null);
  const exports = await exportsAt(texts(given, 'from'), tables, context);
  return withLanguage(context, async (language) => {
    const job: Job = { name, text, asked, tables, language };
    if (exports.length === 0)
      return withStore(context, async (store) => {
        const cluster = await chooseCluster(store, context);
        return answer({ ...job, asked: { ...asked, cluster } }, await store.kqlTables(cluster), [], context);
      });
    const folder = await outside.temporaryFolder();
    try {
      return await withStoreAt(folder.path, context, async (store) => {
        const local = await store.kqlTables(null);
        const files = await loadExports(exports, local, tables);
        return answer(job, local, files, context);
      });
    } finally {
      await folder.remove();
    }
  });
};

interface Job {
  readonly name: string;
  readonly text: string;
  readonly asked: ParametersAsked;
  readonly tables: Tables;
  readonly language: QueryLanguage;
}

const answer = async (
  job: Job,
  local: LocalTables,
  files: readonly LoadedFile[],
  context: Context,
): Promise<number> => {
  const { voice, globals, outside } = context;
  tellFiles(files, context);
  const { query, text, parameters } = await filledQuery(job, files.length === 0, context);
  const told = Object.fromEntries(parameters.map((each) => [each.name, each.literal]));
  const now = outside.now();
  const report = await kqlLocal(
    { name: job.name, query, written: job.text, text, parameters: told, now, limits: LOCAL_LIMITS },
    local,
    files,
  );
  await local.close();
  if (!report.ok) return refuse(report.problem.isRefused ? 'E856' : 'E857', report.problem.why);
  await printRows(report.value, context);
  for (const note of report.value.notes) voice.note(note);
  const { complete, items } = report.value;
  if (!complete) voice.warn(`only the first ${count(LOCAL_LIMITS.rows)} rows: there are more`);
  voice.summary(`${count(items.length)} ${items.length === 1 ? 'row' : 'rows'}`);
  const isWhole = complete && files.every(({ rejects, problem }) => rejects === 0 && problem === null);
  return exitOf(globals, { isWhole });
};

/** Bound, with a value for each parameter. Of the store the cluster is known, whether the query asks for its name or not. */
const filledQuery = async (
  { name, text, asked, tables, language }: Job,
  isOfStore: boolean,
  context: Context,
): Promise<FilledQuery & { readonly query: Query }> => {
  const { outside, zone, voice } = context;
  const read = await language.read(text, tables);
  const takesCluster = read.kind === 'query' && read.query.parameters.some((each) => each.name === 'cluster');
  const given = isOfStore && !takesCluster ? { ...asked, cluster: null } : asked;
  const filled = must(await fillQuery(text, given, { now: outside.now(), zone }, language, tables));
  for (const note of filled.notes) voice.note(note);
  const { query } = filled;
  const errors = filled.findings.filter(({ code, severity }) => severity === 'error' && !code.startsWith('KQL1'));
  if (query === null || errors.length > 0) {
    warnOf(filled, name, context);
    return refuse('E856', `${name} cannot be run`, {
      why: errors.map(({ message }) => message)[0] ?? 'it cannot be read',
    });
  }
  warnOf(filled, name, context);
  return { ...filled, query };
};

/** What was read of each file, and what was not. */
const tellFiles = (files: readonly LoadedFile[], { voice }: Context): void => {
  for (const { file, table, rows, rejects, first, unknown, problem } of files) {
    if (table === null && problem === null)
      refuse('E858', `${file}: ${first === null ? 'it has no rows' : `${first.place}: ${first.why}`}`);
    if (problem !== null) voice.warn(`${file}: ${problem}`);
    voice.note(`${file}: ${count(rows)} ${rows === 1 ? 'row' : 'rows'} of ${table ?? 'no table'}`);
    if (rejects > 0)
      voice.warn(
        `${file}: ${count(rejects)} ${rejects === 1 ? 'row does' : 'rows do'} not fit and ${rejects === 1 ? 'is' : 'are'} left out, the first at ${first?.place ?? '?'}: ${first?.why ?? ''}`,
      );
    if (unknown.length > 0) voice.note(`${file}: not in the schema of ${table ?? '?'}: ${unknown.join(', ')}`);
  }
};

const exportsAt = async (
  words: readonly string[],
  tables: Tables,
  { outside }: Context,
): Promise<readonly { readonly table: string | null; readonly object: ByteObject }[]> => {
  const found: { readonly table: string | null; readonly object: ByteObject }[] = [];
  for (const word of words) {
    const [, name = '', path = word] = /^([A-Za-z_]\w*)=(.+)$/s.exec(word) ?? [];
    if (name !== '' && !Object.hasOwn(tables, name))
      refuse('E858', `there is no table ${name}`, { why: Object.keys(tables).sort().join(', ') });
    const { objects, skipped } = await outside.filesAt([path]);
    const problem = skipped.find(({ isProblem }) => isProblem);
    if (problem !== undefined) refuse('E858', `${problem.name} cannot be read`, { why: problem.why });
    found.push(...objects.map((object) => ({ table: name === '' ? null : name, object })));
  }
  return found;
};
