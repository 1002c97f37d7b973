import type { Spot } from '../hcl/value.ts';
import type { Reference, Setting, Texts } from './setting.ts';
import type { Thing } from './thing.ts';

export interface Workspace extends Thing {
  readonly location: Setting<string | null>;
  readonly sku: Setting<string | null>;
  readonly retentionDays: Setting<number | null>;
  /** −1: no limit. */
  readonly dailyQuotaGb: Setting<number>;
  readonly reservationGb: Setting<number | null>;
}

export interface WorkspaceTable extends Thing {
  readonly workspace: Reference;
  /** `Analytics`, `Basic`, `Auxiliary`. */
  readonly plan: Setting<string>;
  readonly retentionDays: Setting<number | null>;
  readonly totalRetentionDays: Setting<number | null>;
}

/** A rule of data collection (DCR). */
export interface CollectionRule extends Thing {
  readonly location: Setting<string | null>;
  readonly kind: Setting<string | null>;
  readonly endpoint: Reference;
  readonly extensions: readonly RuleExtension[];
  readonly prometheus: readonly { readonly at: Spot; readonly streams: Texts }[];
  readonly destinations: readonly RuleDestination[];
  readonly flows: readonly RuleFlow[];
  /** A document that is a rule and nothing else: what associates it is another call. */
  readonly isBare: boolean;
}

export interface RuleExtension {
  readonly at: Spot;
  readonly end: number | null;
  readonly name: Setting<string | null>;
  /** `ContainerInsights`. */
  readonly extensionName: Setting<string | null>;
  readonly streams: Texts;
  /** Null: nothing is set (no `extension_json`); `untold`: what is, is not told. */
  readonly settings: CollectionSettings | 'untold' | null;
}

/** `dataCollectionSettings` of Container Insights. */
export interface CollectionSettings {
  readonly at: Spot;
  /** A text of JSON within another language: the places in it are not told, and nothing in it can be changed by itself. */
  readonly isText: boolean;
  readonly interval: Setting<string | null>;
  readonly filteringMode: Setting<string | null>;
  readonly namespaces: Texts;
  readonly containerLogV2: Setting<boolean | null>;
}

export interface RuleDestination {
  readonly at: Spot;
  readonly kind: 'log-analytics' | 'monitor-workspace' | 'other';
  readonly name: Setting<string | null>;
  readonly target: Reference;
}

export interface RuleFlow {
  readonly at: Spot;
  readonly streams: Texts;
  readonly destinations: Texts;
  readonly transform: Setting<string | null>;
}

export interface Association extends Thing {
  readonly target: Reference;
  readonly rule: Reference;
  readonly endpoint: Reference;
}

export interface MonitorWorkspace extends Thing {
  readonly location: Setting<string | null>;
}

export interface CollectionEndpoint extends Thing {
  readonly location: Setting<string | null>;
}

/** Sends logs or metrics of a resource somewhere. */
export interface DiagnosticSetting extends Thing {
  readonly target: Reference;
  readonly workspace: Reference;
  readonly storage: Reference;
  /** Categories of logs and of metrics that are sent. */
  readonly categories: Texts;
}

/** Whether a rule is one of Container Insights; null: not told. */
export const isContainerInsights = ({ extensions }: CollectionRule): boolean | null => {
  if (extensions.some((e) => e.extensionName.is === 'set' && e.extensionName.value === 'ContainerInsights'))
    return true;
  return extensions.some((e) => e.extensionName.is === 'untold') ? null : false;
};
