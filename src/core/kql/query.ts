/**
 * KQL as plain values: what traps are looked for in, and what SQL is made of. Whoever parsed and bound it is not known here, and every
 * value can be sent to another thread.
 */

/** A stretch of the text, in UTF-16 units as strings count them; `until` is out. */
export interface Place {
  readonly from: number;
  readonly until: number;
}

export const SCALAR_TYPES = [
  'string',
  'int',
  'long',
  'real',
  'bool',
  'datetime',
  'timespan',
  'dynamic',
  'guid',
] as const;

/** The types that a column can have. */
export type ScalarType = (typeof SCALAR_TYPES)[number];

export interface Column {
  readonly name: string;
  /** `other`: decimal, or a type that was not found out. */
  readonly type: ScalarType | 'other';
}

export type Expr = { readonly at: Place; readonly type: ScalarType | 'other' } & (
  | { readonly kind: 'column'; readonly name: string; readonly side: 'left' | 'right' | null }
  | { readonly kind: 'variable'; readonly name: string }
  /**
   * `text` as it is written: values are read from it, as the language service's own are wrong for hex, timespans with colons, nan and
   * parts of milliseconds. `string`: what a text says, escapes undone; null for every other type.
   */
  | { readonly kind: 'literal'; readonly text: string; readonly string: string | null; readonly isNull: boolean }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expr[] }
  | { readonly kind: 'operator'; readonly op: string; readonly left: Expr; readonly right: Expr }
  | { readonly kind: 'negate'; readonly of: Expr }
  /** `in`, `!in`, `in~`, `!in~`, `has_any`, `has_all`; the list is values, or one `rows`. */
  | { readonly kind: 'in'; readonly op: string; readonly left: Expr; readonly list: readonly Expr[] }
  | { readonly kind: 'between'; readonly not: boolean; readonly left: Expr; readonly low: Expr; readonly high: Expr }
  | { readonly kind: 'member'; readonly of: Expr; readonly key: Expr | string }
  /** A table in the place of a value: toscalar(…), in (T | project x). */
  | { readonly kind: 'rows'; readonly of: Pipeline; readonly isScalar: boolean }
  | { readonly kind: 'star' }
  /** Syntax outside the subset, by the name that the language service has for it: traps look past it, SQL refuses it at its place. */
  | { readonly kind: 'other'; readonly what: string }
);

export interface Named {
  /** As written; null where Kusto makes one up, which the step's `columns` tell. */
  readonly name: string | null;
  readonly expr: Expr;
}

export interface Ordered {
  readonly expr: Expr;
  readonly descending: boolean;
  readonly nulls: 'first' | 'last';
}

export interface Unioned {
  readonly with: readonly Pipeline[];
  /** `inner`: only the columns that all parts have. */
  readonly flavour: 'outer' | 'inner';
  /** The column that says which part a row is of; null: none does. */
  readonly withSource: string | null;
  /** Parts of which there is no table are left out. */
  readonly isFuzzy: boolean;
}

/** `columns` are those after the step, with the names that Kusto makes up (`count_`, `Name1`); summarize has those of `by` first. */
export type Step = { readonly at: Place; readonly columns: readonly Column[] } & (
  | { readonly kind: 'where'; readonly condition: Expr }
  | { readonly kind: 'extend' | 'project' | 'distinct'; readonly named: readonly Named[] }
  | {
      readonly kind: 'project-away' | 'project-keep' | 'project-rename' | 'project-reorder';
      readonly named: readonly Named[];
    }
  | { readonly kind: 'summarize'; readonly named: readonly Named[]; readonly by: readonly Named[] }
  | {
      readonly kind: 'join' | 'lookup';
      /** `innerunique` where nothing is written in a join. */
      readonly flavour: string;
      /** Whether it is written. */
      readonly saysFlavour: boolean;
      readonly right: Pipeline;
      readonly on: readonly Expr[];
    }
  | ({ readonly kind: 'union' } & Unioned)
  | { readonly kind: 'mv-expand'; readonly named: readonly (Named & { readonly to: string | null })[] }
  | { readonly kind: 'sort'; readonly by: readonly Ordered[] }
  | { readonly kind: 'top'; readonly count: Expr; readonly by: readonly Ordered[] }
  | { readonly kind: 'take'; readonly count: Expr }
  | { readonly kind: 'count' }
  | { readonly kind: 'other'; readonly what: string }
);

export interface Pipeline {
  readonly source: { readonly at: Place; readonly columns: readonly Column[] } & (
    | { readonly kind: 'table' | 'let'; readonly name: string }
    | { readonly kind: 'print'; readonly named: readonly Named[] }
    /** Row by row, as many values in each as there are columns. */
    | { readonly kind: 'datatable'; readonly values: readonly Expr[] }
    | { readonly kind: 'range'; readonly low: Expr; readonly high: Expr; readonly by: Expr }
    | ({ readonly kind: 'union' } & Unioned)
    | { readonly kind: 'pipeline'; readonly of: Pipeline }
    /** `table`: of another workspace, by this name. */
    | { readonly kind: 'other'; readonly what: string; readonly table?: string }
  );
  readonly steps: readonly Step[];
}

export interface Parameter {
  readonly name: string;
  readonly at: Place;
  readonly type: ScalarType | 'other';
  /** null: it has to be given. */
  readonly initial: Expr | null;
}

export interface Let {
  readonly name: string;
  readonly at: Place;
  readonly value: Expr | Pipeline;
}

export interface Query {
  readonly parameters: readonly Parameter[];
  /** Where `declare query_parameters(…)` stands, its semicolon not included; null: it does not. */
  readonly parametersAt: Place | null;
  readonly lets: readonly Let[];
  readonly result: Pipeline;
}
