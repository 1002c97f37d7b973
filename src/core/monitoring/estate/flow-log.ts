import type { Spot } from '../hcl/value.ts';
import type { Reference, Setting, Texts } from './setting.ts';
import type { Thing } from './thing.ts';

export interface FlowLog extends Thing {
  /** What is watched: a network, a subnet, a network interface, or a security group. */
  readonly target: Reference;
  /** By the argument that was only for security groups. */
  readonly isBySecurityGroup: boolean;
  readonly enabled: Setting<boolean>;
  readonly storage: Reference;
  readonly version: Setting<number | null>;
  /** Letters of B, C, E, D; unset: all. Only documents of Azure have it. */
  readonly recordTypes: Texts | null;
  /** Only documents of Azure have it. */
  readonly filter: Setting<string | null>;
  readonly retention: {
    readonly at: Spot;
    readonly enabled: Setting<boolean>;
    /** 0: for ever. */
    readonly days: Setting<number | null>;
  } | null;
  readonly trafficAnalytics: {
    readonly at: Spot;
    readonly enabled: Setting<boolean>;
    readonly workspaceGuid: Reference;
    readonly workspace: Reference;
    readonly intervalMinutes: Setting<number>;
  } | null;
}

export interface StorageAccount extends Thing {
  readonly location: Setting<string | null>;
  /** `Standard`, `Premium`. */
  readonly tier: Setting<string | null>;
}

export interface StoragePolicy extends Thing {
  readonly account: Reference;
  readonly rules: readonly {
    readonly at: Spot;
    readonly enabled: Setting<boolean>;
    readonly prefixes: Texts;
    /** Days after which blobs go; null: they do not. */
    readonly deleteAfterDays: Setting<number | null>;
  }[];
}

export interface RoleAssignment extends Thing {
  readonly scope: Reference;
  readonly role: Setting<string | null>;
}
