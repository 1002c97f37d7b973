import type { Spot } from '../hcl/value.ts';
import type { Reference, Setting, Texts } from './setting.ts';
import type { Thing } from './thing.ts';

export interface MetricAlert extends Thing {
  readonly scopes: readonly Reference[];
  /** False: some scopes are not told. */
  readonly scopesSure: boolean;
  readonly description: Setting<string | null>;
  readonly enabled: Setting<boolean>;
  /** ISO 8601: `PT5M`. */
  readonly window: Setting<string | null>;
  readonly criteria: readonly MetricCriterion[];
  readonly hasAction: boolean | null;
}

export interface MetricCriterion {
  readonly at: Spot;
  readonly end: number | null;
  readonly namespace: Setting<string | null>;
  readonly metric: Setting<string | null>;
  readonly aggregation: Setting<string | null>;
  /** `GreaterThan`, …; null for a dynamic threshold. */
  readonly operator: Setting<string | null>;
  readonly threshold: Setting<number | null>;
  readonly isDynamic: boolean;
  readonly dimensions: readonly { readonly at: Spot; readonly name: Setting<string | null>; readonly values: Texts }[];
}

export interface LogAlert extends Thing {
  readonly scopes: readonly Reference[];
  readonly description: Setting<string | null>;
  readonly enabled: Setting<boolean>;
  /** ISO 8601: `PT10M`. */
  readonly window: Setting<string | null>;
  readonly frequency: Setting<string | null>;
  readonly query: QueryText;
  readonly operator: Setting<string | null>;
  readonly threshold: Setting<number | null>;
  readonly hasAction: boolean | null;
}

/** KQL, wherever it is kept: a file, an alert, a query pack, a transformation. */
export interface QueryText {
  /** Null: parts of it are not told; `known` has those that are. */
  readonly text: string | null;
  readonly known: readonly string[];
  readonly at: Spot;
  /** The text that decides it: a here-document, a string, the default of a variable. */
  readonly from: Spot;
}

/** A query that is kept for people: in a pack, a saved search, a workbook, a file. */
export interface SavedQuery extends Thing {
  readonly query: QueryText;
  readonly of: 'pack' | 'saved-search' | 'file';
}

/** An expression of Prometheus that somebody is told by. */
export interface PrometheusAlert extends Thing {
  readonly expression: string | null;
  readonly enabled: Setting<boolean>;
}

export interface ActionGroup extends Thing {
  readonly enabled: Setting<boolean>;
}
