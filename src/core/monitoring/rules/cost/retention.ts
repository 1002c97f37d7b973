import { removeArgument, replaceValue } from '../../changes.ts';
import { type Setting, toldOf } from '../../estate/setting.ts';
import { priceSaid } from '../money.ts';
import type { Rule } from '../rule.ts';

/** Days for which nobody pays; a workspace takes 30, or 31 and more. */
const FREE_DAYS = 31;

/** COST001: kept, and asked for by nobody. */
export const keptTooLong: Rule = ({ workspaces, tables }, { needDays }) => {
  const enough = Math.max(needDays, FREE_DAYS);
  const finding = (subject: string, setting: Setting<number | null>) => {
    const days = toldOf(setting);
    return typeof days !== 'number' || days <= enough
      ? []
      : [
          {
            code: 'COST001',
            spot: setting.at,
            subject,
            message: `${days} days are kept at ${priceSaid('retention')} US dollars a GB and month, and ${needDays} are needed`,
            changes: replaceValue(setting, String(enough)),
          },
        ];
  };
  return [...workspaces, ...tables].flatMap(({ address, retentionDays }) => finding(address, retentionDays));
};

/** COST002: a day that costs nothing. */
export const freeDay: Rule = ({ workspaces }) =>
  workspaces
    .filter(({ retentionDays }) => retentionDays.is === 'set' && retentionDays.value === FREE_DAYS - 1)
    .filter(({ sku }) => sku.is !== 'untold' && sku.value?.toLowerCase() !== 'free')
    .map(({ address, retentionDays }) => ({
      code: 'COST002',
      spot: retentionDays.at,
      subject: address,
      message: `${address} keeps ${FREE_DAYS - 1} days, and ${FREE_DAYS} cost nothing`,
      costPerMonth: 0,
      changes: replaceValue(retentionDays, String(FREE_DAYS)),
    }));

/** COST004: collection ends in the hour that somebody will ask about. */
export const dailyQuota: Rule = ({ workspaces }) =>
  workspaces.flatMap(({ address, dailyQuotaGb, section }) => {
    const gb = toldOf(dailyQuotaGb);
    return gb === undefined || gb < 0
      ? []
      : [
          {
            code: 'COST004',
            spot: dailyQuotaGb.at,
            subject: address,
            message: `${address} stops collecting after ${gb} GB a day`,
            changes: section === null ? [] : removeArgument(section, 'daily_quota_gb'),
          },
        ];
  });
