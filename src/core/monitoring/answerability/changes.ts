import { unitPrice } from '../../prices/price-table.ts';
import { SHIPPED_PRICES } from '../../prices/shipped-prices.ts';
import type { Ability } from './ability.ts';

/** Something that could be added to a configuration. */
export interface PossibleChange {
  readonly does: string;
  readonly adds: readonly Ability[];
  /** US dollars a month; null: not known beforehand. */
  readonly costPerMonth: (size: Size) => number | null;
  /** How much has to be written: the least first. */
  readonly effort: number;
}

export interface Size {
  /** Null: not told. */
  readonly nodes: number | null;
}

/** Where nobody counted them. */
export const PODS_OF_NODE = 30;
const ROWS_OF_POD = 1.2;
const MINUTES = 43_200;
/** Billed bytes of a row of KubePodInventory, as measured. */
const ROW_BYTES = 631;
const USD_OF_GB = unitPrice(SHIPPED_PRICES, 'analyticsLogs');

/** What KubePodInventory costs in a month: 98 GB for 100 nodes with 30 pods each; null: no price is known. */
export const inventoryUsd = (nodes: number, everyMinutes: number): number | null =>
  USD_OF_GB === null
    ? null
    : ((nodes * PODS_OF_NODE * ROWS_OF_POD * MINUTES) / everyMinutes) * (ROW_BYTES / 1e9) * USD_OF_GB;

const free = (): number => 0;
const unknown = (): null => null;

export const CHANGES: readonly PossibleChange[] = [
  {
    does: 'give unmasq the role Monitoring Reader on the load balancer or NAT gateway',
    adds: ['port-metrics'],
    costPerMonth: free,
    effort: 1,
  },
  {
    does: 'run `unmasq serve --kubernetes` in the cluster (deploy/kustomize)',
    adds: ['watched-leases', 'node-addresses'],
    costPerMonth: free,
    effort: 2,
  },
  {
    does: 'run the unmasq agent on the nodes (deploy/kustomize)',
    adds: ['translations', 'kernel-counters'],
    costPerMonth: free,
    effort: 2,
  },
  {
    does: 'send spans by OTLP to `unmasq serve`',
    adds: ['spans'],
    costPerMonth: free,
    effort: 4,
  },
  {
    does: 'write correlation ids into the lines of the applications, and keep ContainerLogV2',
    adds: ['log-ids'],
    costPerMonth: unknown,
    effort: 5,
  },
  {
    does: 'log the queries of CoreDNS (ConfigMap coredns-custom)',
    adds: ['dns-signals'],
    costPerMonth: unknown,
    effort: 2,
  },
  {
    does: 'make a VNet flow log over the subnets of the nodes, with a storage account',
    adds: ['records'],
    costPerMonth: unknown,
    effort: 3,
  },
  {
    does: 'collect KubePodInventory each minute, kube-system included',
    adds: ['minute-leases', 'node-addresses'],
    costPerMonth: ({ nodes }) => (nodes === null ? null : inventoryUsd(nodes, 1)),
    effort: 3,
  },
  {
    does: 'keep the container network logs of Advanced Container Networking Services',
    adds: ['network-logs'],
    costPerMonth: unknown,
    effort: 3,
  },
  {
    does: "send the firewall's AZFWNetworkRule and AZFWFlowTrace to a workspace",
    adds: ['firewall-logs'],
    costPerMonth: unknown,
    effort: 3,
  },
];
