import type { Tuple } from './flow-log.ts';
import { isPodAddress, NODE_PORT } from './topology.ts';

export const SUBSCRIPTION = '00000000-0000-4000-8000-00000000a11b';
export const RESOURCE_GROUP = 'unmasq-lab';

const FLOW_LOG = `/SUBSCRIPTIONS/${SUBSCRIPTION.toUpperCase()}/RESOURCEGROUPS/NETWORKWATCHERRG/PROVIDERS/MICROSOFT.NETWORK/NETWORKWATCHERS/NETWORKWATCHER_WESTEUROPE/FLOWLOGS/UNMASQ-LAB-VNET`;
const VNET = `/subscriptions/${SUBSCRIPTION}/resourceGroups/${RESOURCE_GROUP}/providers/Microsoft.Network/virtualNetworks/aks-vnet`;
const FLOW_LOG_GUID = '5a0d8f5e-31b5-4c0e-9a43-2f6f1a7c9e10';
const SECURITY_GROUP = '0c5f2f65-6a0b-4b0c-8a57-5d3f1f0e7b21';

const MINUTE = 60_000;
/** The platform writes a minute's record some seconds into the next minute. */
const WRITTEN_AFTER_MS = 4_562;

/** One blob per NIC and hour, one record per minute, in the path layout that the CLI's flow logs use. */
export const renderBlobs = (mac: string, tuples: readonly Tuple[]): ReadonlyMap<string, string> => {
  const bareMac = mac.replaceAll(':', '').toUpperCase();
  const minutes = Map.groupBy(tuples, ({ at }) => Math.floor(at / MINUTE) * MINUTE);
  const records = [...minutes]
    .sort(([a], [b]) => a - b)
    .map(([minute, of]) => ({ path: pathOf(minute, bareMac), record: recordOf(minute, bareMac, of) }));
  const hours = Map.groupBy(records, ({ path }) => path);
  return new Map([...hours].map(([path, of]) => [path, `{"records":[${of.map(({ record }) => record).join(',')}]}`]));
};

const pathOf = (minute: number, bareMac: string): string => {
  const [year, month, day, hour] = new Date(minute).toISOString().split(/[-T:]/);
  return `insights-logs-flowlogflowevent/flowLogResourceID=${FLOW_LOG}/y=${year}/m=${month}/d=${day}/h=${hour}/m=00/macAddress=${bareMac}/PT1H.json`;
};

const recordOf = (minute: number, bareMac: string, tuples: readonly Tuple[]): string =>
  JSON.stringify({
    time: new Date(minute + MINUTE + WRITTEN_AFTER_MS).toISOString().replace('Z', '5085Z'),
    flowLogVersion: 4,
    flowLogGUID: FLOW_LOG_GUID,
    macAddress: bareMac,
    category: 'FlowLogFlowEvent',
    flowLogResourceID: FLOW_LOG,
    targetResourceID: VNET,
    operationName: 'FlowLogFlowEvent',
    flowRecords: {
      flows: [
        {
          aclID: SECURITY_GROUP,
          flowGroups: [...Map.groupBy(tuples, ruleOf)].map(([rule, of]) => ({ rule, flowTuples: of.map(renderTuple) })),
        },
      ],
    },
  });

const renderTuple = (t: Tuple): string =>
  [
    t.at,
    t.src,
    t.dest,
    t.srcPort,
    t.destPort,
    t.protocol,
    t.direction,
    t.state,
    'NX',
    t.packetsOut,
    t.bytesOut,
    t.packetsIn,
    t.bytesIn,
  ].join(',');

const isInside = (ip: string): boolean => isPodAddress(ip) || ip.startsWith('10.224.') || ip.startsWith('fd00:10:224:');

const ruleOf = (tuple: Tuple): string => {
  if (tuple.direction === 'O')
    return isInside(tuple.dest) ? 'DefaultRule_AllowVnetOutBound' : 'DefaultRule_AllowInternetOutBound';
  if (tuple.destPort === NODE_PORT) return 'k8s-azure-lb_allow_IPv4_556f7044ec033071ec0dfcc7cd85bc93';
  return 'DefaultRule_AllowVnetInBound';
};
