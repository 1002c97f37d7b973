import { type Change, replaceTexts } from '../../changes.ts';
import { type CollectionRule, isContainerInsights } from '../../estate/collection.ts';
import { has, type Texts } from '../../estate/setting.ts';
import { collects, GROUP, hasManagedPrometheus, streamsOf, watchesPods } from '../inventory-sources.ts';
import type { Rule } from '../rule.ts';
import { STREAMS } from './written-rule.ts';

const POD_INVENTORY = 'Microsoft-KubePodInventory';
const V2 = 'Microsoft-ContainerLogV2';
const HIGH_SCALE = 'Microsoft-ContainerLogV2-HighScale';

const ours = (rules: readonly CollectionRule[]): readonly CollectionRule[] =>
  rules.filter((rule) => isContainerInsights(rule) === true);

/** The same change of each list; where two lists are one text, once. */
const inEach = (
  lists: readonly Texts[],
  change: (texts: readonly string[]) => readonly string[],
): readonly Change[] => {
  const once = new Map(lists.map((list) => [list.from === null ? '' : `${list.from.file} ${list.from.at.from}`, list]));
  return [...once.values()].flatMap((list) =>
    list.sure ? replaceTexts(list, change(list.texts.map(({ text }) => text))) : [],
  );
};

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** DCR009: all of them, the retired log table among them. */
export const allStreams: Rule = ({ collectionRules }) =>
  ours(collectionRules).flatMap((rule) => {
    const lists = streamsOf(rule).filter((list) => has(list, GROUP) === true);
    const [first, ...rest] = lists;
    if (first === undefined) return [];
    // a flag that is not told may be on
    const isV2 = rule.extensions.some(
      ({ settings }) =>
        settings === 'untold' ||
        (settings !== null && (settings.containerLogV2.is === 'untold' || settings.containerLogV2.value === true)),
    );
    return [
      {
        code: 'DCR009',
        spot: first.at,
        subject: rule.address,
        ...(isV2 ? { severity: 'note' as const } : {}),
        message: `${rule.address} collects every stream: ${isV2 ? '' : 'legacy ContainerLog, '}Perf and InsightsMetrics among them`,
        fix: 'List the streams that somebody reads.',
        changes: inEach(lists, (texts) => [
          ...STREAMS,
          ...texts.filter((t) => !same(t, GROUP) && !STREAMS.some((s) => same(s, t))),
        ]),
        related: rest.map(({ at }) => ({ spot: at, says: 'and here' })),
      },
    ];
  });

/** DCR010: no pods, so no leases. Silent where another rule of Container Insights lists them. */
export const noPodInventory: Rule = (estate) => {
  const others = estate.collectionRules.filter((rule) => isContainerInsights(rule) !== false);
  if (others.some((rule) => collects(rule, POD_INVENTORY) !== false)) return [];
  const rules = ours(estate.collectionRules);
  return rules.flatMap((rule) => {
    const lacking = streamsOf(rule).filter((list) => has(list, POD_INVENTORY) === false && has(list, GROUP) === false);
    const [first] = lacking;
    return first === undefined
      ? []
      : [
          {
            code: 'DCR010',
            spot: first.at,
            subject: rule.address,
            ...(watchesPods(estate) ? { severity: 'note' as const } : {}),
            message: `${rule.address} does not collect ${POD_INVENTORY}`,
            changes: inEach(lacking, (texts) => [...texts, POD_INVENTORY]),
          },
        ];
  });
};

/** DCR013: two streams that exclude each other. */
export const bothLogStreams: Rule = ({ collectionRules }) =>
  ours(collectionRules).flatMap((rule) => {
    const lists = streamsOf(rule).filter((list) => has(list, V2) === true && has(list, HIGH_SCALE) === true);
    const [first] = lists;
    return first === undefined
      ? []
      : [
          {
            code: 'DCR013',
            spot: first.at,
            subject: rule.address,
            message: `${rule.address} has ${V2} and ${HIGH_SCALE}: only one of them may be`,
            changes: inEach(lists, (texts) => texts.filter((text) => !same(text, V2))),
          },
        ];
  });

const COUNTERS = ['Microsoft-Perf', 'Microsoft-InsightsMetrics'] as const;

/** COST003: the same counters twice. Where there is no Managed Prometheus a minute is what leases need, and nothing is said. */
export const countersTwice: Rule = (estate) =>
  ours(estate.collectionRules).flatMap((rule) => {
    const twice = estate.clusters.filter((cluster) => hasManagedPrometheus(cluster, estate) === true);
    const lists = streamsOf(rule).filter((list) => COUNTERS.some((stream) => has(list, stream) === true));
    const [cluster] = twice;
    const [first] = lists;
    if (cluster === undefined || first === undefined || twice.length !== estate.clusters.length) return [];
    const named = COUNTERS.filter((stream) => lists.some((list) => has(list, stream) === true));
    return [
      {
        code: 'COST003',
        spot: first.at,
        subject: rule.address,
        message: `${named.join(' and ')} are collected beside Managed Prometheus, which has the same counters`,
        changes: inEach(lists, (texts) => texts.filter((text) => !COUNTERS.some((counter) => same(counter, text)))),
      },
    ];
  });
