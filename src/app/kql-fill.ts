import { DAY, type Instant } from '../base/instant.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { checkQuery } from '../core/kql/check-query.ts';
import { type Filled, fillParameters } from '../core/kql/fill-parameters.ts';
import type { ParameterValue } from '../core/kql/literal.ts';
import type { QueryFinding } from '../core/kql/query-finding.ts';
import type { QueryLanguage } from '../core/kql/query-language.ts';
import type { Query } from '../core/kql/query.ts';
import type { Tables } from '../core/kql/tables.ts';
import type { Zone } from './civil-time.ts';
import { type Trouble, trouble } from './errors.ts';
import { parseTime } from './parse-time.ts';

/** What the user wrote for parameters. */
export interface ParametersAsked {
  readonly values: ReadonlyMap<string, string>;
  readonly since: string | null;
  readonly until: string | null;
  readonly cluster: string | null;
}

export interface FilledQuery extends Filled {
  /** What may be wrong with it all the same. */
  readonly findings: readonly QueryFinding[];
  /** null: it was not bound, perhaps as it asks tables that are not known here. */
  readonly query: Query | null;
  /** What a person should know about how it was understood. */
  readonly notes: readonly string[];
}

/** As it is sent, or shown: every value a literal, and bound once more. */
export const fillQuery = async (
  text: string,
  asked: ParametersAsked,
  moment: { readonly now: Instant; readonly zone: Zone },
  language: QueryLanguage,
  tables: Tables,
): Promise<Result<FilledQuery, Trouble>> => {
  const { query, findings } = await checkQuery(language, text, tables, { isBounded: false, hasParameters: true });
  if (query === null) {
    if (asked.values.size > 0 || /\bquery_parameters\b/.test(text))
      return fail(
        trouble('E851', 'the parameters of the query cannot be filled in', {
          why: `it cannot be read: ${findings.map(({ message }) => message)[0] ?? 'nothing is known of it'}`,
        }),
      );
    return ok({ text, parameters: [], findings, query: null, notes: [] });
  }
  const notes: string[] = [];
  const values = valuesFor(query, asked, moment, notes);
  if (!values.ok) return values;
  const filled = fillParameters(text, query, values.value);
  if (!filled.ok) return fail(trouble('E852', filled.problem));
  const again = await checkQuery(language, filled.value.text, tables);
  return ok({ ...filled.value, findings: again.findings, query: again.query, notes });
};

/** --since, --until and --cluster are parameters too, of queries that have them; without a time it is the last day. */
const valuesFor = (
  { parameters }: Query,
  { values, since, until, cluster }: ParametersAsked,
  moment: { readonly now: Instant; readonly zone: Zone },
  notes: string[],
): Result<ReadonlyMap<string, ParameterValue>, Trouble> => {
  const given = new Map<string, string>();
  for (const [name, value] of [
    ['since', since],
    ['until', until],
    ['cluster', cluster],
  ] as const) {
    if (value === null) continue;
    if (values.has(name)) return fail(trouble('E852', `${name} is given twice: by --${name} and by --param`));
    if (!parameters.some((parameter) => parameter.name === name))
      return fail(trouble('E104', `--${name} has no meaning for this query`, { why: `it has no parameter ${name}` }));
    given.set(name, value);
  }
  for (const [name, value] of values) given.set(name, value);
  const read = new Map<string, ParameterValue>(given);
  for (const { name, type, initial } of parameters) {
    if (type !== 'datetime') continue;
    const written = given.get(name);
    if (written !== undefined) {
      const told = parseTime(written, moment.now, moment.zone, name === 'until' ? 'second' : 'first');
      if (!told.ok) return fail(trouble('E106', `${name}: ${told.problem}`));
      notes.push(...told.value.notes);
      read.set(name, told.value.at);
    } else if (initial === null && (name === 'since' || name === 'until')) {
      read.set(name, name === 'until' ? moment.now : ((moment.now - DAY) as Instant));
      if (name === 'since') notes.push('the last day is asked about: say otherwise with --since');
    }
  }
  return ok(read);
};
