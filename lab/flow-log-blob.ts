import { blobPath, type Estate, MINUTE, recordAround } from '../simulator/estate.ts';
import type { Tuple } from './flow-log.ts';
import { isPodAddress, NODE_PORT } from './topology.ts';

export const LAB: Estate = {
  subscription: '00000000-0000-4000-8000-00000000a11b',
  resourceGroup: 'unmasq-lab',
  cluster: 'lab',
};

/** One blob per NIC and hour, one record per minute. */
export const renderBlobs = (mac: string, tuples: readonly Tuple[]): ReadonlyMap<string, string> => {
  const bareMac = mac.replaceAll(':', '').toUpperCase();
  const minutes = Map.groupBy(tuples, ({ at }) => Math.floor(at / MINUTE) * MINUTE);
  const records = [...minutes]
    .sort(([a], [b]) => a - b)
    .map(([minute, of]) => ({ path: blobPath(LAB, minute, bareMac), record: recordOf(minute, bareMac, of) }));
  const hours = Map.groupBy(records, ({ path }) => path);
  return new Map([...hours].map(([path, of]) => [path, `{"records":[${of.map(({ record }) => record).join(',')}]}`]));
};

const recordOf = (minute: number, bareMac: string, tuples: readonly Tuple[]): string => {
  const [head, tail] = recordAround(LAB, minute, bareMac);
  const groups = [...Map.groupBy(tuples, ruleOf)].map(([rule, of]) => ({ rule, flowTuples: of.map(renderTuple) }));
  return head + groups.map((group) => JSON.stringify(group)).join(',') + tail;
};

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
  if (tuple.rule !== null) return tuple.rule;
  if (tuple.direction === 'O')
    return isInside(tuple.dest) ? 'DefaultRule_AllowVnetOutBound' : 'DefaultRule_AllowInternetOutBound';
  if (tuple.destPort === NODE_PORT) return 'k8s-azure-lb_allow_IPv4_556f7044ec033071ec0dfcc7cd85bc93';
  return 'DefaultRule_AllowVnetInBound';
};
