import { type Change, replaceAt, replaceValue, setArgument } from '../../changes.ts';
import type { Severity } from '../../finding.ts';
import { block } from '../../terraform/configuration.ts';
import { toldOf } from '../../estate/setting.ts';
import { maySay } from '../query-words.ts';
import { priceSaid } from '../money.ts';
import type { Rule } from '../rule.ts';

/** FLOW004: a flow log that is off; its analytics alone is worth a note. */
export const switchedOff: Rule = ({ flowLogs }) =>
  flowLogs.flatMap(({ address, enabled, trafficAnalytics }) => [
    ...(toldOf(enabled) === false
      ? [
          {
            code: 'FLOW004',
            spot: enabled.at,
            subject: address,
            message: `${address} is switched off`,
            changes: replaceValue(enabled, 'true'),
          },
        ]
      : []),
    ...(trafficAnalytics !== null && toldOf(trafficAnalytics.enabled) === false
      ? [
          {
            code: 'FLOW004',
            severity: 'note' as const,
            spot: trafficAnalytics.enabled.at,
            subject: address,
            key: 'traffic_analytics',
            message: `Traffic Analytics of ${address} is switched off`,
            changes: replaceValue(trafficAnalytics.enabled, 'true'),
          },
        ]
      : []),
  ]);

const RECORDS: readonly (readonly [letter: string, without: string])[] = [
  ['B', 'without B a flow begins with its first count'],
  ['C', 'without C a long flow has no bytes until it ends'],
  ['E', 'without E a flow ends with its last count'],
  ['D', 'without D what was denied is not told'],
];

/** FLOW005: kinds of records that are left out. */
export const recordTypes: Rule = ({ flowLogs }) =>
  flowLogs.flatMap(({ address, recordTypes: kinds }) => {
    if (kinds === null || !kinds.isWritten || !kinds.sure) return [];
    const letters = kinds.texts.flatMap(({ text }) => text.toUpperCase().split(/[\s,]+/)).filter((text) => text !== '');
    if (letters.length === 0) return [];
    const out = RECORDS.filter(([letter]) => !letters.includes(letter));
    if (out.length === 0) return [];
    const isBlind = !letters.includes('B') && !(letters.includes('C') && letters.includes('E'));
    const changes: readonly Change[] =
      kinds.texts.length === 1 && kinds.from === null ? [replaceAt(kinds.texts[0]?.from ?? kinds.at, '"B,C,E,D"')] : [];
    return [
      {
        code: 'FLOW005',
        severity: (isBlind ? 'critical' : 'warning') satisfies Severity,
        spot: kinds.at,
        subject: address,
        message: `${address} leaves out records of ${out.map(([letter]) => letter).join(', ')}`,
        matters: out.map(([, without]) => without).join('; '),
        changes,
      },
    ];
  });

/** FLOW006: flows that are filtered out never were. */
export const filtered: Rule = ({ flowLogs }) =>
  flowLogs.flatMap(({ address, filter }) => {
    const criteria = toldOf(filter);
    return typeof criteria !== 'string' || criteria.trim() === ''
      ? []
      : [
          {
            code: 'FLOW006',
            spot: filter.at,
            subject: address,
            message: `${address} records only what its filter lets through`,
          },
        ];
  });

/** FLOW012: a dearer interval, for rows that are late anyway. */
export const shortInterval: Rule = ({ flowLogs, logAlerts }) =>
  flowLogs.flatMap(({ address, trafficAnalytics, section }) => {
    if (trafficAnalytics === null || toldOf(trafficAnalytics.intervalMinutes) !== 10) return [];
    if (toldOf(trafficAnalytics.enabled) !== true) return [];
    const body = section === null ? undefined : block(section, 'traffic_analytics');
    return [
      {
        code: 'FLOW012',
        spot: trafficAnalytics.intervalMinutes.at,
        subject: address,
        message: `Traffic Analytics of ${address} sums up every 10 minutes: ${priceSaid('trafficAnalytics10m')} instead of ${priceSaid('trafficAnalytics60m')} US dollars a GB`,
        // an alert on its rows may want them soon
        changes: logAlerts.some(({ query }) => maySay(query, /\b(?:NTANetAnalytics|AzureNetworkAnalytics_CL)\b/))
          ? []
          : body === undefined
            ? replaceValue(trafficAnalytics.intervalMinutes, '60')
            : setArgument(
                { at: body.spot, end: body.end },
                'interval_in_minutes',
                trafficAnalytics.intervalMinutes,
                '60',
              ),
      },
    ];
  });
