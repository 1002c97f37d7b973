import { addInto, type Change, replaceTexts, replaceValue } from '../../changes.ts';
import type { Estate } from '../../estate.ts';
import {
  type CollectionRule,
  type CollectionSettings,
  isContainerInsights,
  type RuleExtension,
} from '../../estate/collection.ts';
import { isPlaceholder } from '../../estate/region.ts';
import { has, type Setting, toldOf } from '../../estate/setting.ts';
import { nearest } from '../../../near.ts';
import { collects, GROUP, hasManagedPrometheus, KUBE_SYSTEM, watchesPods } from '../inventory-sources.ts';
import type { Rule } from '../rule.ts';
import { EXTENSION_JSON } from './written-rule.ts';

interface Told {
  readonly rule: CollectionRule;
  readonly extension: RuleExtension;
  readonly settings: CollectionSettings;
}

const settingsIn = ({ collectionRules }: Estate): readonly Told[] =>
  collectionRules
    .filter((rule) => isContainerInsights(rule) === true)
    .flatMap((rule) =>
      rule.extensions.flatMap((extension) =>
        extension.settings === null || extension.settings === 'untold'
          ? []
          : [{ rule, extension, settings: extension.settings }],
      ),
    );

const changed = ({ isText }: CollectionSettings, setting: Setting<unknown>, value: string): readonly Change[] =>
  isText ? [] : replaceValue(setting, JSON.stringify(value));

/** DCR005: a rule that chooses nothing. A rule by itself that lists its streams has chosen. */
export const nothingChosen: Rule = ({ collectionRules, clusters }) =>
  collectionRules
    .filter((rule) => isContainerInsights(rule) === true)
    .flatMap((rule) =>
      rule.extensions
        .filter(({ settings }) => settings === null)
        .filter(({ streams }) => has(streams, GROUP) === true || (clusters.length > 0 && !rule.isBare))
        .map((extension) => ({
          code: 'DCR005',
          spot: extension.at,
          subject: rule.address,
          message: `${rule.address} sets no interval and no namespaces: every minute, all of them`,
          changes: addInto(extension, ...EXTENSION_JSON),
        })),
    );

/** Minutes of an interval as the agent reads it; null: it does not. */
const minutesOf = (interval: string): number | null => {
  const minutes = /^(\d+)m$/.exec(interval)?.[1];
  return minutes === undefined || Number(minutes) < 1 || Number(minutes) > 30 ? null : Number(minutes);
};

/** DCR006, DCR015: an interval that cannot be, and one that makes the edges of leases wide. */
export const interval: Rule = (estate) =>
  settingsIn(estate).flatMap(({ rule, settings }) => {
    const text = toldOf(settings.interval);
    if (text === undefined || text === null || isPlaceholder(text)) return [];
    const minutes = minutesOf(text);
    const here = {
      spot: settings.interval.at,
      subject: rule.address,
      changes: changed(settings, settings.interval, '1m'),
    };
    if (minutes === null)
      return [{ ...here, code: 'DCR006', message: `"${text}" is no interval: whole minutes from 1m to 30m` }];
    return minutes === 1
      ? []
      : [
          {
            ...here,
            code: 'DCR015',
            message: `pods are listed every ${minutes} minutes`,
            matters: `an address that two pods had within ${minutes} minutes is ambiguous, and a pod that lived for less may never be seen`,
            fix: `Write "1m": ${minutes} times the rows of what is listed now.`,
          },
        ];
  });

const MODES = ['Off', 'Include', 'Exclude'] as const;

/** DCR007: a mode that is none. */
export const filteringMode: Rule = (estate) =>
  settingsIn(estate).flatMap(({ rule, settings }) => {
    const mode = toldOf(settings.filteringMode);
    if (mode === undefined || mode === null || isPlaceholder(mode)) return [];
    if (MODES.some((known) => known.toLowerCase() === mode.toLowerCase())) return [];
    const meant = MODES.find((known) => known === nearest(mode, MODES)) ?? 'Off';
    return [
      {
        code: 'DCR007',
        spot: settings.filteringMode.at,
        subject: rule.address,
        message: `"${mode}" is no way to filter namespaces: ${MODES.join(', ')}`,
        changes: nearest(mode, MODES) === null ? [] : changed(settings, settings.filteringMode, meant),
      },
    ];
  });

/** DCR008: the namespace whose pods have the addresses of nodes is left out. */
export const systemFiltered: Rule = (estate) =>
  settingsIn(estate).flatMap(({ rule, settings }) => {
    const mode = toldOf(settings.filteringMode)?.toLowerCase();
    const { namespaces } = settings;
    const named = has(namespaces, KUBE_SYSTEM);
    const isOut =
      (mode === 'exclude' && named === true) || (mode === 'include' && named === false && namespaces.texts.length > 0);
    if (!isOut || collects(rule, 'Microsoft-KubePodInventory') === false) return [];
    const rest = namespaces.texts.map(({ text }) => text).filter((text) => text.toLowerCase() !== KUBE_SYSTEM);
    const isWatched = watchesPods(estate) || estate.clusters.some((c) => hasManagedPrometheus(c, estate) !== false);
    return [
      {
        code: 'DCR008',
        spot: namespaces.at,
        subject: rule.address,
        ...(isWatched ? { severity: 'warning' as const } : {}),
        message: `${rule.address} leaves out ${KUBE_SYSTEM}, whose pods on the host's network are all that tells addresses of nodes`,
        changes:
          settings.isText || !namespaces.sure
            ? []
            : replaceTexts(namespaces, mode === 'include' ? [...rest, KUBE_SYSTEM] : rest),
      },
    ];
  });
