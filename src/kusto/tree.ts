import { type Column, type Place, SCALAR_TYPES, type ScalarType } from '../core/kql/query.ts';
import { items, type LanguageService, type ServiceElement, type ServiceType } from './language-service.ts';

/** Syntax that is not read, by the name that Microsoft has for it. */
export class Unreadable extends Error {
  readonly what: string;
  readonly at: Place;

  constructor(what: string, at: Place) {
    super(what);
    this.name = 'Unreadable';
    this.what = what;
    this.at = at;
  }
}

const SCALARS: ReadonlySet<string | undefined> = new Set(SCALAR_TYPES);

export const scalarOf = (name: string | undefined): ScalarType | 'other' =>
  SCALARS.has(name) ? (name as ScalarType) : 'other';

export const placeOf = (node: ServiceElement): Place => ({ from: node.TextStart, until: node.End });

export const columnsOf = (type: ServiceType | null | undefined): readonly Column[] =>
  type?.Columns === undefined
    ? []
    : items(type.Columns).map((column) => ({ name: column.Name, type: scalarOf(column.Type.Name) }));

export const isTable = (node: ServiceElement): boolean => node.ResultType?.Columns !== undefined;

export const optional = (node: ServiceElement, name: string): ServiceElement | null => {
  for (let i = 0; i < node.ChildCount; i++) if (node.GetName(i) === name) return node.GetChild(i);
  return null;
};

/** As it is written, white space around it left away. */
export const written = (node: ServiceElement): string => (node as { toString(): string }).toString().trim();

/** A name, also where it stands in brackets: `['a b']`. */
export const nameOf = (node: ServiceElement): string =>
  node.SimpleName ?? written(node).replace(/^\[\s*(['"])(.*)\1\s*\]$/s, '$2');

/** The names of kinds, which the tree has as numbers that differ from release to release. */
export class Kinds {
  private readonly names = new Map<number, string>();
  readonly function: number | undefined;
  readonly column: number | undefined;
  readonly variable: number | undefined;

  constructor({ Syntax, Symbols }: LanguageService) {
    for (const [name, value] of Object.entries(Syntax.SyntaxKind))
      if (typeof value === 'number') this.names.set(value, name);
    this.function = Symbols.SymbolKind['Function'];
    this.column = Symbols.SymbolKind['Column'];
    this.variable = Symbols.SymbolKind['Variable'];
  }

  of(node: ServiceElement): string {
    return this.names.get(node.Kind) ?? `Kind${node.Kind}`;
  }

  /** Throws `Unreadable` where there is none. */
  child(node: ServiceElement, name: string): ServiceElement {
    const found = optional(node, name);
    if (found === null) throw new Unreadable(`${this.of(node)} without ${name}`, placeOf(node));
    return found;
  }

  /** The elements of a list; each sits in a SeparatedElement with its comma. */
  list(node: ServiceElement, name: string): readonly ServiceElement[] {
    const list = optional(node, name);
    if (list === null) return [];
    return Array.from({ length: list.ChildCount }, (_, i) => list.GetChild(i)).flatMap((each) => {
      if (each === null) return [];
      const inner = this.of(each) === 'SeparatedElement' ? each.GetChild(0) : each;
      return inner === null ? [] : [inner];
    });
  }

  /** `kind=inner withsource=T` of an operator. Hints change no answer. */
  parameters(node: ServiceElement): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    for (const parameter of this.list(node, 'Parameters')) {
      const name = nameOf(this.child(parameter, 'Name'));
      if (!name.startsWith('hint.')) found.set(name, nameOf(this.child(parameter, 'Expression')));
    }
    return found;
  }
}
