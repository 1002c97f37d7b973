import { type PackHeader, parsePackHeader } from '../core/kql/pack-file.ts';
import type { QueryLanguage } from '../core/kql/query-language.ts';
import type { Query } from '../core/kql/query.ts';
import type { Tables } from '../core/kql/tables.ts';
import { readsIn } from '../core/kql/reads.ts';

/** A query of the pack, or of a file of the same form. */
export interface PackQuery extends PackHeader {
  readonly name: string;
  readonly text: string;
}

/** null: the text does not begin as files of the pack do. */
export const packQuery = (name: string, text: string): PackQuery | null => {
  const header = parsePackHeader(text);
  return header.ok ? { name, text, ...header.value } : null;
};

export interface KqlList {
  readonly schemaVersion: 1;
  readonly kind: 'KqlList';
  readonly items: readonly {
    readonly name: string;
    readonly title: string;
    readonly question: string;
    readonly needs: string;
  }[];
}

export const kqlList = (pack: readonly PackQuery[]): KqlList => ({
  schemaVersion: 1,
  kind: 'KqlList',
  items: pack.map(({ name, title, question, needs }) => ({ name, title, question, needs })),
});

export interface KqlParameter {
  readonly name: string;
  readonly type: string;
  /** As it is written in the query; null: it has to be given. */
  readonly default: string | null;
  readonly says: string | null;
}

export interface KqlQuery {
  readonly schemaVersion: 1;
  readonly kind: 'KqlQuery';
  readonly name: string;
  readonly title: string;
  readonly question: string;
  readonly needs: string;
  readonly note: string | null;
  readonly tables: readonly string[];
  readonly parameters: readonly KqlParameter[];
  /** Of the answer, in order. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly text: string;
}

/** A query with all that is known of it. Throws where the pack itself is wrong. */
export const kqlQuery = async (of: PackQuery, language: QueryLanguage, tables: Tables): Promise<KqlQuery> => {
  const { name, title, question, needs, note, text } = of;
  const read = await language.read(text, tables);
  if (read.kind !== 'query') throw new Error(`${name} cannot be read: ${JSON.stringify(read).slice(0, 300)}`);
  const { result } = read.query;
  return {
    schemaVersion: 1,
    kind: 'KqlQuery',
    name,
    title,
    question,
    needs,
    note,
    tables: readsIn(read.query),
    parameters: parametersOf(of, read.query),
    columns: result.steps.at(-1)?.columns ?? result.source.columns,
    text,
  };
};

const parametersOf = (
  { text, parameters: says }: Pick<PackQuery, 'text' | 'parameters'>,
  { parameters }: Query,
): readonly KqlParameter[] =>
  parameters.map(({ name, type, initial }) => ({
    name,
    type,
    default: initial === null ? null : text.slice(initial.at.from, initial.at.until),
    says: says[name] ?? null,
  }));
