import { loadBalancerAlerts, natGatewayAlerts, percentOf } from './alert-blocks.ts';
import type { Blueprint, WrittenFile } from './blueprint.ts';
import { code, commentLines, type HclItem, variable, writeHcl } from './hcl-writer.ts';
import { stamped, stampLine } from './stamp.ts';

/** 80 %, so that there is time to act: https://learn.microsoft.com/azure/load-balancer/load-balancer-standard-diagnostics */
const EARLY = 0.8;
const DEFAULT_PORTS = 1_024;

const countOf = (id: string) => code(`var.${id} == null ? 0 : 1`);

/**
 * Alerts by themselves, for whoever has the rest: what they look at are variables. What the blueprint tells are their defaults; where it
 * tells the way out, only alerts for that one are there.
 */
export const alertsFile = (blueprint: Blueprint): WrittenFile => {
  const share = blueprint.alerts?.snatPortsUsed ?? EARLY;
  const { egress } = blueprint;
  const has = {
    loadBalancer: egress === null || egress.loadBalancer !== null,
    natGateway: egress === null || egress.natGateway !== null,
  };
  const subject = (id: string) => ({
    resourceGroup: code('var.resource_group_name'),
    scope: code(`var.${id}`),
    count: countOf(id),
    actionGroup: code('var.action_group_id'),
  });
  const says = commentLines(
    [
      `Alerts of Azure itself on SNAT ports, beside the rules of Prometheus. A metric alert has no ratio: the threshold is ${percentOf(share)} of what a node is allocated, so it has to be`,
      'the allocation of the pool as it is now. `unmasq snat` says what that is; a change of `ports_per_node`, or of a step of the default table, is a change here.',
    ].join('\n'),
  );
  const blocks = [
    variable('resource_group_name', [...text(blueprint.cluster.resourceGroup), about('Where the alerts are kept.')]),
    ...(has.loadBalancer
      ? [
          variable('load_balancer_id', [
            ...nothing,
            about(
              'The load balancer of the cluster (in the MC_ resource group); null where the cluster leaves through something else.',
            ),
          ]),
        ]
      : []),
    ...(has.natGateway
      ? [
          variable('nat_gateway_id', [
            ...nothing,
            about("The NAT gateway of the nodes' subnet; null where there is none."),
          ]),
        ]
      : []),
    ...(has.loadBalancer ? [portsVariable(blueprint.cluster.ports ?? DEFAULT_PORTS)] : []),
    variable('action_group_id', [...text(blueprint.alerts?.actionGroup), about('Who is told.')]),
    ...(has.loadBalancer
      ? loadBalancerAlerts(subject('load_balancer_id'), { share, ports: 'var.ports_per_node' })
      : []),
    ...(has.natGateway ? natGatewayAlerts(subject('nat_gateway_id')) : []),
  ];
  return { name: 'azure-alerts.tf', text: stamped(`${stampLine('alerts')}${says.join('\n')}\n\n${writeHcl(blocks)}`) };
};

const about = (description: string): HclItem => ['description', description];
const text = (byDefault: string | null | undefined): readonly HclItem[] => [
  ['type', code('string')],
  ...(byDefault === null || byDefault === undefined ? [] : [['default', byDefault] as const]),
];
const nothing: readonly HclItem[] = [
  ['type', code('string')],
  ['default', code('null')],
];

/** `null`: whoever uses it has to say. */
export const portsVariable = (ports: number | null) =>
  variable('ports_per_node', [
    ['type', code('number')],
    ...(ports === null ? [] : [['default', ports] as const]),
    about(
      'Ports that the load balancer allocates to each node: by default 1024 up to 50 nodes, 512 up to 100, 256 up to 200, 128 up to 400, 64 up to 800, 32 above, times its outbound addresses, but never more than 1024.',
    ),
    {
      type: 'validation',
      body: [
        ['condition', code('var.ports_per_node % 8 == 0 && var.ports_per_node > 0')],
        ['error_message', 'A load balancer allocates ports in multiples of 8.'],
      ],
    },
  ]);
