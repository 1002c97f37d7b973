import { replaceHere, replaceValue, setArgument, type Change } from '../../changes.ts';
import { type Estate, seesAll } from '../../estate.ts';
import type { FlowLog, StorageAccount, StoragePolicy } from '../../estate/flow-log.ts';
import { sameRegion } from '../../estate/region.ts';
import { type Setting, toldOf } from '../../estate/setting.ts';
import { meant, means } from '../../estate/thing.ts';
import { isInRoot } from '../collection/written-rule.ts';
import { block } from '../../terraform/configuration.ts';
import { networkOfSubnet } from '../../estate/node-subnets.ts';
import type { Rule } from '../rule.ts';

/** Days after which an incident is still asked about. */
const LEAST_DAYS = 7;
const USUAL_DAYS = 30;
const CONTAINER = 'insights-logs-flowlogflowevent';

type PolicyRule = StoragePolicy['rules'][number];

const isOfFlowLogs = ({ prefixes, enabled }: PolicyRule): boolean =>
  toldOf(enabled) !== false &&
  (!prefixes.isWritten || prefixes.texts.some(({ text }) => CONTAINER.startsWith(text.split('/')[0] ?? '')));

const policiesOf = (flowLog: FlowLog, { storagePolicies, storageAccounts }: Estate): readonly StoragePolicy[] => {
  const account = meant(flowLog.storage, storageAccounts);
  return account === null || account === undefined
    ? []
    : storagePolicies.filter((p) => means(p.account, account) === true);
};

/** FLOW003: raw records go before anybody asks; what Traffic Analytics keeps has no source port. */
export const goneTooSoon: Rule = (estate, { needDays }) => {
  const least = Math.min(LEAST_DAYS, needDays);
  return estate.flowLogs.flatMap((flowLog) => {
    const { address, retention, trafficAnalytics } = flowLog;
    const left = trafficAnalytics === null ? 'nothing' : 'only Traffic Analytics, which has no source port';
    const finding = (days: number, setting: Setting<number | null>, key: string) => ({
      code: 'FLOW003',
      spot: setting.at,
      subject: address,
      key,
      message: `records of ${address} go after ${days} ${days === 1 ? 'day' : 'days'}: ${left} is left then`,
      changes: replaceValue(setting, String(USUAL_DAYS)),
    });
    const days = retention === null ? null : toldOf(retention.days);
    const own =
      retention !== null && typeof days === 'number' && days > 0 && days < least && toldOf(retention.enabled) === true
        ? [finding(days, retention.days, 'retention_policy')]
        : [];
    const byPolicy = policiesOf(flowLog, estate)
      .flatMap(({ rules }) => rules.filter(isOfFlowLogs))
      .flatMap(({ deleteAfterDays }) => {
        const after = toldOf(deleteAfterDays);
        return typeof after === 'number' && after < least ? [finding(after, deleteAfterDays, 'lifecycle')] : [];
      });
    return [...own, ...byPolicy];
  });
};

const kept = (flowLog: FlowLog): readonly Change[] => {
  const { retention, section } = flowLog;
  const body = section === null ? undefined : block(section, 'retention_policy');
  if (retention === null || body === undefined) return [];
  const here = { at: body.spot, end: body.end };
  const [enabled, days] = [toldOf(retention.enabled), toldOf(retention.days)];
  return [
    ...(enabled === true ? [] : setArgument(here, 'enabled', retention.enabled, 'true')),
    ...(typeof days === 'number' && days > 0 ? [] : setArgument(here, 'days', retention.days, String(USUAL_DAYS))),
  ];
};

/** FLOW011: kept for ever. An account that is made elsewhere may have its rules there. */
export const keptForEver: Rule = (estate) => {
  if (!seesAll(estate)) return [];
  return estate.flowLogs.flatMap((flowLog) => {
    const { address, retention, storage } = flowLog;
    const account = meant(storage, estate.storageAccounts);
    if (retention === null || account === null || account === undefined) return [];
    const [enabled, days] = [toldOf(retention.enabled), toldOf(retention.days)];
    if (enabled !== false && days !== 0) return [];
    if (estate.storagePolicies.some((policy) => means(policy.account, account) !== false)) return [];
    return [
      {
        code: 'FLOW011',
        spot: retention.at,
        subject: address,
        message: `records of ${address} are kept for ever, and no rule of ${account.address} deletes them`,
        changes: kept(flowLog),
      },
    ];
  });
};

const regionChange = (account: StorageAccount, network: { readonly address: string }): readonly Change[] =>
  isInRoot(account) ? replaceHere(account.location.at, `${network.address}.location`) : [];

/** FLOW009: a flow log is written to a Standard account in the region of what it watches. */
export const unfitAccount: Rule = (estate) =>
  estate.flowLogs.flatMap((flowLog) => {
    const account = meant(flowLog.storage, estate.storageAccounts);
    if (account === null || account === undefined) return [];
    const subnet = meant(flowLog.target, estate.subnets);
    const network =
      meant(flowLog.target, estate.networks) ??
      (subnet === null || subnet === undefined ? null : networkOfSubnet(subnet, estate));
    const premium =
      toldOf(account.tier)?.toLowerCase() === 'premium'
        ? [
            {
              code: 'FLOW009',
              spot: account.tier.at,
              subject: account.address,
              key: 'tier',
              message: `${account.address} is a Premium account, and ${flowLog.address} writes to it`,
              changes:
                account.section?.arguments.has('account_kind') === true ? [] : replaceValue(account.tier, '"Standard"'),
            },
          ]
        : [];
    const apart =
      network !== null && network !== undefined && sameRegion(account.location, network.location) === false
        ? [
            {
              code: 'FLOW009',
              spot: account.location.at,
              subject: account.address,
              key: 'location',
              message: `${account.address} is in ${toldOf(account.location) ?? '?'}, and ${flowLog.address} watches a network in ${toldOf(network.location) ?? '?'}`,
              changes: isInRoot(network) ? regionChange(account, network) : [],
            },
          ]
        : [];
    return [...premium, ...apart];
  });
