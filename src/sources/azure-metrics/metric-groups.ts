import { fail, ok, type Result } from '../../base/result.ts';

/** Metrics of one kind of resource that have the same dimensions: asked for together. */
export interface MetricGroup {
  readonly name: string;
  readonly metrics: readonly string[];
  readonly aggregations: readonly string[];
  readonly dimensions: readonly string[];
}

export interface MetricResource {
  /** As Azure spells it where it was given; compared in lower case. */
  readonly id: string;
  readonly groups: readonly MetricGroup[];
}

const group = (name: string, metrics: string, aggregations: string, dimensions = ''): MetricGroup => ({
  name,
  metrics: metrics.split(' '),
  aggregations: aggregations.split(' '),
  dimensions: dimensions === '' ? [] : dimensions.split(' '),
});

/** What tells of ports that translations take. https://learn.microsoft.com/azure/azure-monitor/reference/metrics-index */
const GROUPS: Readonly<Record<string, readonly MetricGroup[]>> = {
  loadbalancers: [
    group('ports', 'UsedSnatPorts AllocatedSnatPorts', 'Average Maximum', 'BackendIPAddress ProtocolType'),
    group('connections', 'SnatConnectionCount', 'Total', 'BackendIPAddress ConnectionState'),
  ],
  natgateways: [
    group('connections', 'SNATConnectionCount', 'Total', 'Protocol ConnectionState'),
    group('active', 'TotalConnectionCount', 'Total', 'Protocol'),
    group('health', 'PacketDropCount DatapathAvailability', 'Total Average'),
  ],
  azurefirewalls: [group('ports', 'SNATPortUtilization', 'Average Maximum', 'Protocol')],
};

const RESOURCE = /^\/subscriptions\/[^/?#]+\/resourceGroups\/[^/?#]+\/providers\/Microsoft\.Network\/(\w+)\/[^/?#]+$/i;

export const parseMetricResource = (text: string): Result<MetricResource, string> => {
  const type = RESOURCE.exec(text)?.[1]?.toLowerCase() ?? '';
  const groups = Object.hasOwn(GROUPS, type) ? GROUPS[type] : undefined;
  return groups === undefined
    ? fail(
        'expected /subscriptions/ID/resourceGroups/GROUP/providers/Microsoft.Network/TYPE/NAME, TYPE being loadBalancers, natGateways or azureFirewalls',
      )
    : ok({ id: text, groups });
};
