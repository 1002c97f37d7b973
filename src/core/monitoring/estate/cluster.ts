import type { Spot } from '../hcl/value.ts';
import type { Surge } from '../../snat/allocation.ts';
import type { Reference, Setting, Texts } from './setting.ts';
import type { Thing } from './thing.ts';

export interface Cluster extends Thing {
  readonly location: Setting<string | null>;
  /** A block `identity` or `service_principal`, or null: it may be there or not. */
  readonly hasIdentity: boolean | null;
  readonly pools: readonly Pool[];
  /** False: there may be pools that are not told, so the number of nodes is a lower bound. */
  readonly poolsSure: boolean;
  readonly network: NetworkProfile;
  readonly agent: MonitoringAgent | null;
  /** Managed Prometheus (`monitor_metrics`); null: off. */
  readonly metrics: { readonly at: Spot } | null;
  /** Advanced Container Networking Services: logs of flows need its observability. */
  readonly networkObservability: Setting<boolean>;
}

/** The Container Insights agent, as the cluster has it (`oms_agent`, `addonProfiles.omsagent`). */
export interface MonitoringAgent {
  readonly at: Spot;
  readonly end: number | null;
  readonly enabled: Setting<boolean>;
  readonly workspace: Reference;
  readonly managedIdentity: Setting<boolean>;
}

export interface NetworkProfile {
  /** The block, or the cluster that has none. */
  readonly at: Spot;
  readonly end: number | null;
  /** `azure`, `kubenet`, `none`; unset: null, as what Azure takes then depends on its version. */
  readonly plugin: Setting<string | null>;
  /** `overlay` or null. */
  readonly mode: Setting<string | null>;
  readonly dataPlane: Setting<string | null>;
  readonly policy: Setting<string | null>;
  readonly outboundType: Setting<string>;
  readonly podCidr: Setting<string | null>;
  /** What is written of it, whichever way is taken; null: nothing. */
  readonly loadBalancer: LoadBalancerProfile | null;
  readonly natGateway: NatGatewayProfile | null;
}

export interface LoadBalancerProfile {
  readonly at: Spot;
  readonly end: number | null;
  /** Addresses that AKS manages; null: they are somebody's own. */
  readonly managedIps: Setting<number | null>;
  /** How many of one's own, by ids and prefixes; undefined: not told. */
  readonly ownIps: number | undefined;
  /** 0: by the size of the pool. */
  readonly portsPerNode: Setting<number>;
  readonly idleMinutes: Setting<number>;
}

export interface NatGatewayProfile {
  readonly at: Spot;
  readonly end: number | null;
  readonly managedIps: Setting<number | null>;
  readonly idleMinutes: Setting<number>;
}

export interface Pool {
  readonly address: string;
  readonly name: Setting<string | null>;
  readonly at: Spot;
  readonly end: number | null;
  /** False: a condition that is not told may leave it out. Absent: it is there. */
  readonly certain?: boolean;
  /** Nodes now, with the autoscaler the least. */
  readonly nodes: Setting<number | null>;
  /** Up to how many nodes it grows; without the autoscaler as many as there are. */
  readonly mostNodes: Setting<number | null>;
  readonly surge: Setting<Surge>;
  readonly vmSize: Setting<string | null>;
  /** `Linux`, `Windows`. */
  readonly os: Setting<string>;
  /** Null: AKS makes the network. */
  readonly subnet: Reference;
  readonly podSubnet: Reference;
  readonly labels: Setting<ReadonlyMap<string, string | null>>;
  readonly taints: Texts;
  readonly sysctls: { readonly at: Spot; readonly values: ReadonlyMap<string, Setting<number>> } | null;
}
