import { DAY } from '../../../../base/instant.ts';
import { replaceAt } from '../../changes.ts';
import type { Estate } from '../../estate.ts';
import type { FlowLog } from '../../estate/flow-log.ts';
import type { Network } from '../../estate/network.ts';
import { isIn, networkOfSubnet } from '../../estate/node-subnets.ts';
import { means, meant, typeMeant } from '../../estate/thing.ts';
import { isInRoot } from '../collection/written-rule.ts';
import { maySay } from '../query-words.ts';
import { RETIRES } from '../retirement.ts';
import type { Rule } from '../rule.ts';

const SECURITY_GROUP = /^(?:azurerm_network_security_group|microsoft\.network\/networksecuritygroups)$/i;

export const isOfSecurityGroup = ({ target, isBySecurityGroup }: FlowLog): boolean =>
  isBySecurityGroup || SECURITY_GROUP.test(typeMeant(target) ?? '');

/** Subnets that certainly have the security group which a flow log watches. */
const subnetsOf = (flowLog: FlowLog, { securityGroups, subnetSecurityGroups, subnets }: Estate) => {
  const group = meant(flowLog.target, securityGroups);
  if (group === null || group === undefined) return [];
  return subnetSecurityGroups
    .filter((tie) => tie.certain && means(tie.to, group) === true)
    .flatMap((tie) => meant(tie.subnet, subnets) ?? []);
};

/** The network that its subnets are all in; null: not told. */
const networkOf = (flowLog: FlowLog, estate: Estate): Network | null => {
  const networks = subnetsOf(flowLog, estate).map((subnet) => networkOfSubnet(subnet, estate));
  const [first] = networks;
  return first !== undefined && networks.every((one) => one?.address === first?.address) ? first : null;
};

/** FLOW002: of a kind that is made no more, and goes. */
export const securityGroupFlowLog: Rule = (estate, { today }) => {
  const left = Math.ceil((RETIRES.securityGroupFlowLogs - today) / DAY);
  const ends =
    left > 0 ? `those that there are end in ${left} days, on 30 September 2027` : 'they ended on 30 September 2027';
  // what reads the old table would be left without rows
  const isRead = estate.logAlerts.some(({ query }) => maySay(query, /\bAzureNetworkAnalytics_CL\b/));
  return estate.flowLogs.filter(isOfSecurityGroup).map((flowLog) => {
    const network = networkOf(flowLog, estate);
    const hasOne = estate.flowLogs.some((other) => network !== null && means(other.target, network) === true);
    return {
      code: 'FLOW002',
      spot: flowLog.target.at,
      subject: flowLog.address,
      message: `${flowLog.address} is a flow log of a security group: none is made since 30 June 2025, and ${ends}`,
      changes:
        network === null || hasOne || isRead || !isInRoot(network) || !isInRoot(flowLog)
          ? []
          : [replaceAt(flowLog.target.at, `target_resource_id = ${network.address}.id`)],
    };
  });
};

/** FLOW007: the same flows by a security group and by its network. */
export const recordedTwice: Rule = (estate) =>
  estate.flowLogs.filter(isOfSecurityGroup).flatMap((flowLog) => {
    const subnets = subnetsOf(flowLog, estate);
    const wider = estate.flowLogs.find(
      (other) =>
        other !== flowLog &&
        !isOfSecurityGroup(other) &&
        subnets.some(
          (subnet) =>
            means(other.target, subnet) === true ||
            estate.networks.some((network) => means(other.target, network) === true && isIn(subnet, network) === true),
        ),
    );
    return wider === undefined
      ? []
      : [
          {
            code: 'FLOW007',
            spot: flowLog.target.at,
            subject: flowLog.address,
            message: `${flowLog.address} records the flows that ${wider.address} records too`,
            fix: `Delete ${flowLog.address}.`,
            related: [{ spot: wider.target.at, says: `${wider.address} watches the same interfaces` }],
          },
        ];
  });

/** FLOW010: a network and one of its subnets. */
export const networkAndSubnet: Rule = (estate) =>
  estate.flowLogs.flatMap((flowLog) => {
    const subnet = meant(flowLog.target, estate.subnets);
    if (subnet === null || subnet === undefined) return [];
    const wider = estate.flowLogs.find((other) =>
      estate.networks.some((network) => means(other.target, network) === true && isIn(subnet, network) === true),
    );
    return wider === undefined
      ? []
      : [
          {
            code: 'FLOW010',
            spot: flowLog.target.at,
            subject: flowLog.address,
            message: `${flowLog.address} takes the flows of its subnet out of ${wider.address}`,
            related: [{ spot: wider.target.at, says: 'the flow log of the network' }],
          },
        ];
  });
