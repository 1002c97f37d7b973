import type { FindingSpec } from '../finding.ts';

const WATCHER = 'https://learn.microsoft.com/azure/network-watcher';

/** FLOW: flow logs. */
export const FLOW_LOG_FINDINGS = {
  FLOW001: {
    severity: 'critical',
    says: 'no flow log where the nodes are',
    why: 'nothing records what left: which pod talked to an address is answered by connection tracking alone, where that is collected',
    fix: 'Add a flow log of the virtual network.',
    doc: `${WATCHER}/vnet-flow-logs-overview`,
  },
  FLOW002: {
    severity: 'critical',
    says: 'a flow log of a security group',
    why: 'none can be made since 30 June 2025, and those that there are end on 30 September 2027',
    fix: 'Watch the virtual network.',
    doc: `${WATCHER}/nsg-flow-logs-migrate`,
  },
  FLOW003: {
    severity: 'warning',
    says: 'raw records of flows go too soon',
    why: 'Traffic Analytics drops the source port: without raw records no verdict on what is older is exact',
    fix: 'Keep them for 30 days.',
    doc: `${WATCHER}/vnet-flow-logs-overview`,
  },
  FLOW004: {
    severity: 'critical',
    says: 'a flow log that is switched off',
    why: 'nothing is recorded',
    fix: 'Switch it on.',
    doc: `${WATCHER}/vnet-flow-logs-manage`,
  },
  FLOW005: {
    severity: 'warning',
    says: 'records of a flow log are left out',
    why: 'beginnings, counts, ends or denials are missing from what flows are made of',
    fix: 'Record B, C, E and D.',
    doc: `${WATCHER}/vnet-flow-logs-overview`,
  },
  FLOW006: {
    severity: 'warning',
    says: 'a flow log with a filter',
    why: 'flows outside the filter never were: nobody can tell them from silence',
    fix: 'Take the filter out.',
    doc: `${WATCHER}/vnet-flow-logs-overview`,
  },
  FLOW007: {
    severity: 'warning',
    says: 'the same flows are recorded twice',
    why: 'each flow comes in two formats, and is paid for twice',
    fix: 'Delete the flow log of the security group.',
    doc: `${WATCHER}/nsg-flow-logs-migrate`,
  },
  FLOW008: {
    severity: 'critical',
    says: 'a flow log of another network than that of the nodes',
    why: 'what the nodes send is not recorded',
    fix: 'Watch the network of the nodes.',
    doc: `${WATCHER}/vnet-flow-logs-overview`,
  },
  FLOW009: {
    severity: 'critical',
    says: 'a storage account that flow logs cannot be written to',
    why: 'Azure refuses it: nothing is recorded',
    fix: 'Use a Standard account in the region of the network.',
    doc: `${WATCHER}/vnet-flow-logs-overview`,
  },
  FLOW010: {
    severity: 'note',
    says: 'a flow log of a network and one of its subnet',
    why: 'the narrower one wins: the wider has a hole there, and both have to be read',
    fix: 'Keep one of them, or read both.',
    doc: `${WATCHER}/vnet-flow-logs-overview`,
  },
  FLOW011: {
    severity: 'warning',
    says: 'records of flows are kept for ever',
    why: 'storage grows every month, and nobody asks about last year',
    fix: 'Set retention_policy, or a lifecycle rule.',
    doc: `${WATCHER}/vnet-flow-logs-overview`,
  },
  FLOW012: {
    severity: 'note',
    says: 'Traffic Analytics every 10 minutes',
    why: 'it costs half as much again, and raw records are minutes late anyway',
    fix: 'Set interval_in_minutes to 60.',
    doc: `${WATCHER}/traffic-analytics`,
  },
  FLOW013: {
    severity: 'critical',
    says: 'the wrong id of the workspace',
    why: 'Azure refuses it: there is no Traffic Analytics',
    fix: 'workspace_id is the GUID, workspace_resource_id the resource id.',
    doc: `https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/network_watcher_flow_log`,
  },
} as const satisfies Record<string, FindingSpec>;
