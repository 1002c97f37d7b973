/** Under which names Azure keeps a cluster: what its paths and objects are called by. */
export interface Estate {
  readonly subscription: string;
  readonly resourceGroup: string;
  readonly cluster: string;
}

/** The resource whose settings made a flow log, as its blobs spell it. */
const flowLogOf = ({ subscription, resourceGroup }: Estate): string =>
  `/SUBSCRIPTIONS/${subscription.toUpperCase()}/RESOURCEGROUPS/NETWORKWATCHERRG/PROVIDERS/MICROSOFT.NETWORK/NETWORKWATCHERS/NETWORKWATCHER_WESTEUROPE/FLOWLOGS/${resourceGroup.toUpperCase()}-VNET`;

const FLOW_LOG_GUID = '5a0d8f5e-31b5-4c0e-9a43-2f6f1a7c9e10';
const SECURITY_GROUP = '0c5f2f65-6a0b-4b0c-8a57-5d3f1f0e7b21';

export const MINUTE = 60_000;
/** The platform writes a minute's record some seconds into the next minute. */
const WRITTEN_AFTER_MS = 4_562;

/** Where the container holds the hour of one NIC, in the path layout that the CLI's flow logs use. MAC without colons. */
export const blobPath = (estate: Estate, minute: number, mac: string): string => {
  const [year, month, day, hour] = new Date(minute).toISOString().split(/[-T:]/);
  return `insights-logs-flowlogflowevent/flowLogResourceID=${flowLogOf(estate)}/y=${year}/m=${month}/d=${day}/h=${hour}/m=00/macAddress=${mac}/PT1H.json`;
};

/** One NIC's record of one minute, but for its groups of tuples: what stands before them, and what after. */
export const recordAround = (estate: Estate, minute: number, mac: string): readonly [head: string, tail: string] => {
  const whole = JSON.stringify({
    time: new Date(minute + MINUTE + WRITTEN_AFTER_MS).toISOString().replace('Z', '5085Z'),
    flowLogVersion: 4,
    flowLogGUID: FLOW_LOG_GUID,
    macAddress: mac,
    category: 'FlowLogFlowEvent',
    flowLogResourceID: flowLogOf(estate),
    targetResourceID: `/subscriptions/${estate.subscription}/resourceGroups/${estate.resourceGroup}/providers/Microsoft.Network/virtualNetworks/aks-vnet`,
    operationName: 'FlowLogFlowEvent',
    flowRecords: { flows: [{ aclID: SECURITY_GROUP, flowGroups: [] }] },
  });
  const at = whole.lastIndexOf('[]') + 1;
  return [whole.slice(0, at), whole.slice(at)];
};

/** What AKS names its node pool's scale set. */
export const nodeName = (index: number): string => `aks-nodepool1-41820763-vmss${index.toString(36).padStart(6, '0')}`;
