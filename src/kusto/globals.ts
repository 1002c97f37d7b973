import type { ScalarType } from '../core/kql/query.ts';
import type { LanguageService } from './language-service.ts';

/** Columns of each table, with their types, in order. */
export type TableColumns = Readonly<Record<string, readonly (readonly [name: string, type: ScalarType])[]>>;

const SERVICE_TYPE: Readonly<Record<ScalarType, string>> = {
  string: 'String',
  int: 'Int',
  long: 'Long',
  real: 'Real',
  bool: 'Bool',
  datetime: 'DateTime',
  timespan: 'TimeSpan',
  dynamic: 'Dynamic',
  guid: 'Guid',
};

/**
 * Ways to name tables of other workspaces. The language service knows Azure Data Explorer's alone (`cluster`, `database`);
 * these give the same tables, so that what follows them is bound.
 * https://learn.microsoft.com/azure/azure-monitor/logs/cross-workspace-query
 */
const ELSEWHERE = ['workspace', 'app', 'resource'] as const;

/** One database with these tables. To build it is cheap; what it remembers makes the second check fast. */
export const globalsOf = ({ Symbols, GlobalState }: LanguageService, tables: TableColumns): object => {
  const scalar = (type: string): object => {
    const found = Symbols.ScalarTypes[type];
    if (found === undefined) throw new Error(`the language service has no type ${type}`);
    return found;
  };
  const members = Object.entries(tables).map(([name, columns]) => {
    const symbols = columns.map(
      ([column, type]) => new Symbols.ColumnSymbol(column, scalar(SERVICE_TYPE[type]), null, null, null, null),
    );
    return new Symbols.TableSymbol.$ctor4(name, symbols);
  });
  const there = new Symbols.DatabaseSymbol.ctor('elsewhere', members);
  const ways = ELSEWHERE.map(
    (name) => new Symbols.FunctionSymbol.$ctor5(name, there, [new Symbols.Parameter.$ctor2('id', scalar('String'))]),
  );
  return GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.ctor('workspace', [...members, ...ways]));
};
