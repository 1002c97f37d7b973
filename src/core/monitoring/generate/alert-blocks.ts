import { code, type HclBlock, type HclItem, type HclValue, resource } from './hcl-writer.ts';

/** What alerts are about, as Terraform writes it. */
export interface AlertSubject {
  readonly resourceGroup: HclValue;
  /** The id of what is looked at. */
  readonly scope: HclValue;
  /** An expression; null: there is one without a condition. */
  readonly count: HclValue | null;
  readonly actionGroup: HclValue;
}

const SHARE_DIGITS = 4;

/** `0.8` is `80 %`. */
export const percentOf = (share: number): string => `${Number((share * 100).toFixed(2))} %`;

export const shareText = (share: number): string => String(Number(share.toFixed(SHARE_DIGITS)));

const alert = (
  label: string,
  { resourceGroup, scope, count, actionGroup }: AlertSubject,
  about: {
    readonly description: string;
    readonly severity: number;
    readonly frequency: string;
    readonly window: string;
  },
  criteria: readonly HclItem[],
  says?: string,
): HclBlock =>
  resource(
    'azurerm_monitor_metric_alert',
    label,
    [
      ...(count === null ? [] : [['count', count] as const]),
      ['name', label.replaceAll('_', '-')],
      ['resource_group_name', resourceGroup],
      ['scopes', [scope]],
      ['description', about.description],
      ['severity', about.severity],
      ['frequency', about.frequency],
      ['window_size', about.window],
      { type: 'criteria', body: criteria },
      { type: 'action', body: [['action_group_id', actionGroup]] },
    ],
    says,
  );

const condition = (
  type: 'loadBalancers' | 'natGateways',
  metric: string,
  aggregation: string,
  operator: string,
  threshold: HclValue,
): readonly HclItem[] => [
  ['metric_namespace', `Microsoft.Network/${type}`],
  ['metric_name', metric],
  ['aggregation', aggregation],
  ['operator', operator],
  ['threshold', threshold],
];

const dimension = (name: string, value: string): HclBlock => ({
  type: 'dimension',
  body: [
    ['name', name],
    ['operator', 'Include'],
    ['values', [value]],
  ],
});

const OFTEN = { frequency: 'PT1M', window: 'PT5M' } as const;

/** `ports`: an expression of what a node is allocated. */
export const loadBalancerAlerts = (
  subject: AlertSubject,
  { share, ports }: { readonly share: number; readonly ports: string },
): readonly HclBlock[] => [
  alert(
    'snat_connections_failed',
    subject,
    {
      description: 'Connections failed for want of a SNAT port. Who eats the ports: unmasq snat ledger --since 15m',
      severity: 1,
      ...OFTEN,
    },
    [
      ...condition('loadBalancers', 'SnatConnectionCount', 'Total', 'GreaterThan', 0),
      dimension('ConnectionState', 'Failed'),
    ],
  ),
  alert(
    'snat_ports_nearly_used',
    subject,
    {
      description: `A node uses ${percentOf(share)} of its SNAT ports. unmasq snat --since 1h`,
      severity: 2,
      ...OFTEN,
    },
    [
      ...condition(
        'loadBalancers',
        'UsedSnatPorts',
        'Average',
        'GreaterThanOrEqual',
        code(`floor(${shareText(share)} * ${ports})`),
      ),
      { comment: 'Each node and protocol by itself: added up they would say nothing of any of them.' },
      dimension('BackendIPAddress', '*'),
      dimension('ProtocolType', '*'),
    ],
  ),
];

export const natGatewayAlerts = (subject: AlertSubject): readonly HclBlock[] => [
  alert(
    'nat_gateway_connections_failed',
    subject,
    { description: 'Connections failed at the NAT gateway for want of a port.', severity: 1, ...OFTEN },
    [
      ...condition('natGateways', 'SNATConnectionCount', 'Total', 'GreaterThan', 0),
      dimension('ConnectionState', 'Failed'),
    ],
    'A NAT gateway has no UsedSnatPorts: an alert on it would never fire.',
  ),
  alert(
    'nat_gateway_unavailable',
    subject,
    {
      description: 'The NAT gateway passes less than 90 % of what it is sent.',
      severity: 1,
      frequency: 'PT5M',
      window: 'PT15M',
    },
    condition('natGateways', 'DatapathAvailability', 'Average', 'LessThan', 90),
  ),
];
