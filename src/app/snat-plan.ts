import { fail, ok, type Result } from '../base/result.ts';
import { holdsAssumed, RESETS_ASSUMED } from '../core/snat/assumed.ts';
import { checked, type EgressSettings, nodesInUpgrade } from '../core/snat/allocation.ts';
import { commandsFor, MOST_TERRAFORM_IDLE_MINUTES, type Network, terraformFor } from '../core/snat/artefacts.ts';
import { type CostChange, costChange } from '../core/snat/plan-cost.ts';
import {
  type Bounds,
  type CrossedStep,
  type Demand,
  heldBehind,
  type Outlook,
  type WhatIf,
  whatIf,
} from '../core/snat/plan.ts';
import { isTakenBy } from '../core/snat/private-endpoint.ts';
import type { Completeness, SourceLine } from './completeness.ts';
import type { PlanTold } from './plan-told.ts';

/** Where a setting is from. `counted`: from flows, the inventory or metrics; `default`: as AKS sets it. */
export type Origin = 'typed' | 'document' | 'counted' | 'default';

/** Where what is now is from; of what there is not null. */
export interface PlanOrigins {
  readonly egressPath: Origin;
  readonly nodes: Origin;
  readonly surge: Origin;
  readonly outboundIps: Origin;
  readonly portsPerNode: Origin | null;
  readonly idleMinutes: Origin;
  readonly network: Origin;
  readonly demand: Origin | null;
}

export interface PlanAsked {
  readonly before: EgressSettings;
  readonly after: EgressSettings;
  readonly demand: readonly Demand[];
  /** Destinations that a private endpoint takes out of SNAT. */
  readonly privateEndpoints: readonly string[];
  /** Through the egress a month, both directions; null: not known. */
  readonly gigabytes: number | null;
  readonly network: Network;
  readonly origins: PlanOrigins;
  /** null: no store was read. */
  readonly told: PlanTold | null;
}

/** Settings and what they carry, as `-o json` prints it. */
export interface PlanSide {
  readonly egressPath: EgressSettings['egress']['kind'];
  readonly nodes: number;
  readonly nodesInUpgrade: number;
  readonly outboundIps: number;
  /** As set; 0: Azure's table. null: a NAT gateway allocates none. */
  readonly portsPerNode: number | null;
  readonly idleMinutes: number;
  readonly capacityOf: Outlook['of'];
  readonly capacity: number;
  readonly capacityInUpgrade: number;
  readonly need: Bounds | null;
  readonly headroom: Bounds | null;
  readonly isEnough: Outlook['isEnough'];
  readonly mostNodes: number;
}

export interface SnatPlan {
  readonly schemaVersion: 1;
  readonly kind: 'SnatPlan';
  readonly query: {
    readonly demand: readonly Demand[];
    readonly privateEndpoints: readonly string[];
    readonly gigabytes: number | null;
  };
  readonly sources: readonly SourceLine[];
  readonly completeness: Completeness;
  /** Where what stands under `before`, and the demand, is from. */
  readonly origins: PlanOrigins;
  readonly before: PlanSide;
  readonly after: PlanSide;
  readonly steps: readonly CrossedStep[];
  /** The least of a load balancer that carries the demand with a fifth to spare; null: none can, or no demand was given. */
  readonly fits: WhatIf['fits'];
  /** How much of the demand leaves SNAT, by ports. */
  readonly privateEndpoints: readonly {
    readonly dest: string;
    readonly ports: number | null;
    readonly share: number | null;
  }[];
  readonly cost: CostChange;
  /** Empty: nothing of the egress changes. */
  readonly terraform: string;
  readonly commands: readonly string[];
  /** For how long ports are taken to be held, and what else nobody saw. */
  readonly assumed: readonly string[];
  /** What to know before it is done. */
  readonly notes: readonly string[];
}

/** Settings that Azure would refuse are refused with its rule. */
export interface IllegalSettings {
  readonly which: 'before' | 'after';
  readonly rule: string;
}

/** What other settings of the egress would do: to the ports, to the bill, and how to get there. */
export const snatPlan = (asked: PlanAsked): Result<SnatPlan, IllegalSettings> => {
  const { before, after, demand, privateEndpoints, gigabytes, network, origins, told } = asked;
  for (const which of ['before', 'after'] as const) {
    const legal = checked(asked[which]);
    if (!legal.ok) return fail({ which, rule: legal.problem });
  }
  const result = whatIf(before, after, demand, privateEndpoints);
  const cost = costChange(before.egress, after.egress, privateEndpoints.length, gigabytes);
  const isOther = isOtherEgress(before.egress, after.egress);
  const reasons = [
    ...toldReasons(asked),
    ...(demand.length === 0 ? ['no demand was given: what the nodes need is not known'] : []),
    ...cost.unknown.map((item) => `not in the sum: ${item}`),
  ];
  return ok({
    schemaVersion: 1,
    kind: 'SnatPlan',
    query: { demand, privateEndpoints, gigabytes },
    sources: told?.sources ?? [],
    completeness: { complete: reasons.length === 0, reasons },
    origins,
    before: sideOf(result.before),
    after: sideOf(result.after),
    steps: result.steps,
    fits: result.fits,
    privateEndpoints: privateEndpoints.map((dest) => leaving(dest, demand)),
    cost,
    terraform: isOther ? terraformFor(after, before.egress, network) : '',
    commands: isOther ? commandsFor(after, before.egress, network) : [],
    assumed: assumedBy(asked),
    notes: notesOn(asked, result),
  });
};

const assumedBy = ({ before, after, demand }: PlanAsked): readonly string[] => {
  const idle = (kind: 'lb' | 'nat-gateway'): number | null =>
    [after.egress, before.egress].find((egress) => egress.kind === kind)?.idleMinutes ?? null;
  const short = demand.filter((one) => heldBehind(one, before.egress.kind, before.egress.kind).ports > one.ports);
  return [
    holdsAssumed('lb', idle('lb')),
    holdsAssumed('nat-gateway', idle('nat-gateway')),
    RESETS_ASSUMED,
    ...short.map(
      ({ dest, ports, opensPerSecond }) =>
        `${opensPerSecond ?? 0} connections a second to ${dest ?? ''} keep more than the ${ports} ports that were given, so theirs count`,
    ),
  ];
};

/** What a store does not tell of what was not typed. */
export const toldReasons = ({ told, origins }: Pick<PlanAsked, 'told' | 'origins'>): readonly string[] =>
  told === null
    ? []
    : [
        ...(told.settings.why === null ? [] : [told.settings.why]),
        ...(origins.demand === 'typed' ? [] : told.completeness.reasons),
      ];

const isOtherEgress = (a: EgressSettings['egress'], b: EgressSettings['egress']): boolean =>
  a.kind !== b.kind ||
  a.outboundIps !== b.outboundIps ||
  a.idleMinutes !== b.idleMinutes ||
  (a.kind === 'lb' && b.kind === 'lb' && a.portsPerNode !== b.portsPerNode);

const sideOf = (outlook: Outlook): PlanSide => {
  const { settings, pool, of, capacity, capacityInUpgrade, need, headroom, isEnough, mostNodes } = outlook;
  const { nodes, egress } = settings;
  return {
    egressPath: egress.kind,
    nodes,
    nodesInUpgrade: pool,
    outboundIps: egress.outboundIps,
    portsPerNode: egress.kind === 'lb' ? egress.portsPerNode : null,
    idleMinutes: egress.idleMinutes,
    capacityOf: of,
    capacity,
    capacityInUpgrade,
    need,
    headroom,
    isEnough,
    mostNodes,
  };
};

const leaving = (dest: string, demand: readonly Demand[]): SnatPlan['privateEndpoints'][number] => {
  const told = demand.filter((one) => one.dest !== null);
  const ports = told.filter((one) => isTakenBy(dest, one)).reduce((sum, one) => sum + one.ports, 0);
  const all = told.reduce((sum, one) => sum + one.ports, 0);
  return ports === 0 ? { dest, ports: null, share: null } : { dest, ports, share: ports / all };
};

const notesOn = (
  { before, after, demand, privateEndpoints, network }: PlanAsked,
  { after: later }: WhatIf,
): readonly string[] => {
  const [from, to] = [before.egress, after.egress];
  return [
    ...(from.kind === to.kind
      ? []
      : [
          'the public addresses change: whoever allows this cluster by its addresses must be told first, the authorized IP ranges of its own API server among them',
          'connections that are open break when the outbound type changes: do it in a quiet hour',
        ]),
    ...(from.kind === to.kind && from.outboundIps < to.outboundIps
      ? [
          `${to.outboundIps - from.outboundIps} public addresses are added, and used at once: whoever allows this cluster by its addresses must be told of them first, the authorized IP ranges of its own API server among them`,
        ]
      : []),
    ...(from.kind === to.kind && from.outboundIps > to.outboundIps
      ? [`${from.outboundIps - to.outboundIps} public addresses go, and connections through them break`]
      : []),
    ...(from.kind === 'lb' && to.kind === 'lb' && to.portsPerNode !== from.portsPerNode
      ? ['connections that are open can break when the ports of the nodes are allocated anew: do it in a quiet hour']
      : []),
    ...(to.kind === 'nat-gateway'
      ? [
          `the metrics UsedSnatPorts and AllocatedSnatPorts end with the load balancer: watch SNATConnectionCount (Failed) and DatapathAvailability of the NAT gateway`,
          ...(from.kind === to.kind
            ? []
            : [
                network === 'own'
                  ? 'in a network of your own: attach the gateway to the subnet of every node pool first; in one that AKS made give --managed-network'
                  : 'only in a network that AKS made; in one of your own leave --managed-network away',
              ]),
        ]
      : []),
    ...(from.idleMinutes > to.idleMinutes
      ? [
          `connections that are silent for ${to.idleMinutes} minutes are cut (before: ${from.idleMinutes}): keep-alives of pools must come sooner. How many ports that frees is not known from what was given`,
        ]
      : []),
    ...(from.idleMinutes < to.idleMinutes
      ? [`connections that nobody closes hold their ports for ${to.idleMinutes} minutes (before: ${from.idleMinutes})`]
      : []),
    ...(to.kind === 'lb' && to.idleMinutes > MOST_TERRAFORM_IDLE_MINUTES
      ? [
          `azurerm takes an idle timeout of up to ${MOST_TERRAFORM_IDLE_MINUTES} minutes for a load balancer, az up to 120`,
        ]
      : []),
    ...(demand.some(({ opensPerSecond }) => opensPerSecond === null) && from.kind !== to.kind
      ? [
          "a load balancer keeps a closed connection's port for 240 s, a NAT gateway for 65 s: without --opens the demand is taken over as it is",
        ]
      : []),
    ...(later.isEnough === 'depends'
      ? ['one port can serve several destinations at once: whether it is enough depends on how often that happens']
      : []),
    ...(privateEndpoints.length > 0
      ? [
          'a private endpoint is used once its name resolves to it inside the cluster: link its private DNS zone to the network',
        ]
      : []),
    ...(isOtherEgress(from, to) && !(network === 'own' && from.kind === 'nat-gateway' && to.kind === 'nat-gateway')
      ? [
          `\`terraform plan\` must say "update in-place": if it says that the cluster "must be replaced", use the az line`,
        ]
      : []),
    ...(nodesInUpgrade(after) > after.nodes
      ? [`an upgrade brings up to ${nodesInUpgrade(after)} nodes for its time: that is what the figures are for`]
      : []),
  ];
};
