import { type Blueprint, streamsOf } from './blueprint.ts';
import { accountAddress } from './flow-log-blocks.ts';
import { code, type HclBlock, type HclObject, type HclValue } from './hcl-writer.ts';
import { workspaceAddress } from './workspace-blocks.ts';

const output = (name: string, description: string, value: HclValue): HclBlock => ({
  type: 'output',
  labels: [name],
  body: [
    ['description', description],
    ['value', value],
  ],
});

/** What the cluster itself has to say: the module does not make it. */
const networkProfile = ({ egress, cluster }: Blueprint): HclObject | null => {
  if (egress?.loadBalancer) {
    const { outboundIps, portsPerNode, idleMinutes } = egress.loadBalancer;
    return {
      object: {
        outbound_type: 'loadBalancer',
        load_balancer_profile: {
          object: {
            managed_outbound_ip_count: outboundIps,
            outbound_ports_allocated: portsPerNode,
            idle_timeout_in_minutes: idleMinutes,
          },
        },
      },
    };
  }
  if (!egress?.natGateway) return null;
  const { outboundIps, idleMinutes, sku } = egress.natGateway;
  return cluster.network === 'managed'
    ? {
        object: {
          outbound_type: sku === 'Standard' ? 'managedNATGateway' : 'managedNATGatewayV2',
          nat_gateway_profile: {
            object: { managed_outbound_ip_count: outboundIps, idle_timeout_in_minutes: idleMinutes },
          },
        },
      }
    : { object: { outbound_type: 'userAssignedNATGateway' } };
};

export const outputBlocks = (blueprint: Blueprint): readonly HclBlock[] => {
  const workspace = workspaceAddress(blueprint);
  const account = accountAddress(blueprint);
  const profile = networkProfile(blueprint);
  return [
    ...(workspace === null
      ? []
      : [
          output('workspace_id', 'The id of its resource.', code(`${workspace}.id`)),
          output('workspace_guid', 'What unmasq calls it: log-analytics://GUID.', code(`${workspace}.workspace_id`)),
        ]),
    ...(workspace === null || streamsOf(blueprint).length === 0
      ? []
      : [
          output('oms_agent', 'What the block oms_agent of the cluster has to say.', {
            object: {
              log_analytics_workspace_id: code(`${workspace}.id`),
              msi_auth_for_monitoring_enabled: true,
            },
          }),
        ]),
    ...(profile === null
      ? []
      : [output('network_profile', 'What the block network_profile of the cluster has to say.', profile)]),
    ...(account === null
      ? []
      : [
          output(
            'flow_log_container',
            'What unmasq ingest reads.',
            code(`"\${${account}.primary_blob_endpoint}insights-logs-flowlogflowevent"`),
          ),
        ]),
  ];
};
