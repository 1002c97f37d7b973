import { replaceValue } from '../../changes.ts';
import { type Estate, mayMiss, seesAll } from '../../estate.ts';
import type { LogAlert } from '../../estate/alert.ts';
import { toldOf } from '../../estate/setting.ts';
import { isOfSecurityGroup } from '../flow-logs/security-groups.ts';
import { saysAll } from '../query-words.ts';
import type { Rule } from '../rule.ts';

/** ALERT007: a log alert on metrics that no diagnostic setting can send to a workspace. */
export const unexportedMetric: Rule = ({ logAlerts }) =>
  logAlerts
    .filter(({ query }) => saysAll(query, /\bAzureMetrics\b/, /\b(?:Used|Allocated)SnatPorts\b/i))
    .map(({ address, query }) => ({
      code: 'ALERT007',
      spot: query.at,
      subject: address,
      message: 'UsedSnatPorts and AllocatedSnatPorts never reach AzureMetrics: no row ever comes',
    }));

const OTHERS: readonly (readonly [pattern: RegExp, is: string])[] = [
  [/connection refused|ECONNREFUSED/i, '"connection refused" is the answer of a server'],
  [
    /cannot assign requested address|EADDRNOTAVAIL|unable to bind/i,
    "a port that cannot be bound is one of the pod's own 28,232",
  ],
  [/coredns|\bSERVFAIL\b/i, 'CoreDNS asks 168.63.129.16, which no load balancer translates'],
];

const ABOUT_SNAT = /\bsnat\b|snat|port[ -_]?exhaust/i;

/** ALERT008: a symptom of something else under the name of SNAT. */
export const otherSymptom: Rule = ({ logAlerts }) =>
  logAlerts.flatMap(({ address, name, description, query }) => {
    const titles = [toldOf(name), toldOf(description)].filter((text) => typeof text === 'string');
    const found = OTHERS.find(([pattern]) => saysAll(query, pattern));
    return found === undefined || !titles.some((title) => ABOUT_SNAT.test(title))
      ? []
      : [
          {
            code: 'ALERT008',
            spot: query.at,
            subject: address,
            message: `${found[1]}: exhaustion at a load balancer shows as time-outs`,
          },
        ];
  });

/** Minutes of an ISO 8601 duration such as PT10M, PT2H or P1D; null: it is none. */
const minutesOf = (duration: string): number | null => {
  const [, days, hours, minutes] = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(duration) ?? [];
  const total = Number(days ?? 0) * 1_440 + Number(hours ?? 0) * 60 + Number(minutes ?? 0);
  return total > 0 ? total : null;
};

/** After which rows of an event are there: an interval, as long again for summing up, and what collection takes. */
const latenessOf = (intervalMinutes: number): number => intervalMinutes + 60 + 10;

interface Late {
  readonly table: RegExp;
  readonly name: string;
  readonly minutes: number;
  readonly window: string;
}

const lateTables = ({ flowLogs }: Estate): readonly Late[] => {
  const slowest = flowLogs.some(
    ({ trafficAnalytics }) => trafficAnalytics !== null && toldOf(trafficAnalytics.intervalMinutes) === 60,
  )
    ? latenessOf(60)
    : latenessOf(10);
  return [
    { table: /\bNTANetAnalytics\b/, name: 'NTANetAnalytics', minutes: slowest, window: 'PT3H' },
    { table: /\bAzureNetworkAnalytics_CL\b/, name: 'AzureNetworkAnalytics_CL', minutes: slowest, window: 'PT3H' },
    { table: /\bKubePodInventory\b/, name: 'KubePodInventory', minutes: 10, window: 'PT10M' },
  ];
};

/** The older resource counts its window in minutes. */
const isOldRule = ({ section }: LogAlert): boolean => section?.arguments.has('time_window') === true;

/** ALERT011: the window is over before its rows arrive. */
export const shortWindow: Rule = (estate) => {
  const tables = lateTables(estate);
  return estate.logAlerts.flatMap((alert: LogAlert) => {
    const window = toldOf(alert.window);
    const minutes = typeof window === 'string' ? minutesOf(window) : null;
    const late = tables.find(({ table }) => saysAll(alert.query, table));
    if (minutes === null || late === undefined || minutes >= late.minutes) return [];
    return [
      {
        code: 'ALERT011',
        spot: alert.window.at,
        subject: alert.address,
        key: late.name,
        message: `a window of ${minutes} minutes on ${late.name}, whose rows come up to ${late.minutes} minutes late`,
        fix: `Set the window to ${late.window}.`,
        changes: isOldRule(alert) ? [] : replaceValue(alert.window, JSON.stringify(late.window)),
      },
    ];
  });
};

/** ALERT012: a table that only flow logs of security groups fill, and there are none. */
export const emptyTable: Rule = (estate) => {
  const { flowLogs } = estate;
  const isSure = flowLogs.length > 0 ? seesAll(estate) : mayMiss(estate, 'flow-logs');
  const isFilled = flowLogs.some((flowLog) => isOfSecurityGroup(flowLog) || mayBeSecurityGroup(flowLog.target.value));
  if (!isSure || isFilled) return [];
  return estate.logAlerts
    .filter(({ query }) => saysAll(query, /\bAzureNetworkAnalytics_CL\b/))
    .map(({ address, query }) => ({
      code: 'ALERT012',
      spot: query.at,
      subject: address,
      message: 'AzureNetworkAnalytics_CL is filled by flow logs of security groups, and there are none',
    }));
};

/** A target that is not told may be one. */
const mayBeSecurityGroup = (value: Estate['flowLogs'][number]['target']['value']): boolean =>
  value === undefined || (value.kind === 'unknown' && value.why !== 'computed');
