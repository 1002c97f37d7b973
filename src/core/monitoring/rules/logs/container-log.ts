import { DAY } from '../../../../base/instant.ts';
import { addInto, type Change, replaceTexts, replaceValue } from '../../changes.ts';
import { type CollectionRule, isContainerInsights, type RuleExtension } from '../../estate/collection.ts';
import type { AgentConfig } from '../../estate/kube.ts';
import { has, toldOf } from '../../estate/setting.ts';
import { EXTENSION_JSON } from '../collection/written-rule.ts';
import { GROUP, streamsOf } from '../inventory-sources.ts';
import { RETIRES } from '../retirement.ts';
import type { Rule } from '../rule.ts';

const V1 = 'Microsoft-ContainerLog';
const V2 = 'Microsoft-ContainerLogV2';

/** What the rule says of the schema; undefined: not told. */
const flagOf = ({ settings }: RuleExtension): boolean | null | undefined =>
  settings === 'untold' ? undefined : settings === null ? null : toldOf(settings.containerLogV2);

const schemaOf = (configs: readonly AgentConfig[]): string | null | undefined => {
  const [config] = configs;
  return config === undefined
    ? null
    : (toldOf(config.logSchema)?.toLowerCase() ?? (config.logSchema.is === 'untold' ? undefined : null));
};

type Cause = 'stream' | 'flag' | 'unset';

/** Why lines go to the old table. Both streams listed: the flag decides, and the new table is what is taken where nobody says. */
const causeOf = (rule: CollectionRule, extension: RuleExtension): Cause | null => {
  const lists = [...streamsOf(rule)].filter(({ isWritten }) => isWritten);
  const every = (stream: string): boolean => lists.length > 0 && lists.every((list) => has(list, stream) === true);
  const no = (stream: string): boolean => lists.some((list) => has(list, stream) === false);
  const flag = flagOf(extension);
  if (every(V1) && no(V2) && no(GROUP)) return 'stream';
  if (flag === undefined || !(every(V1) || every(GROUP))) return null;
  if (flag === false) return 'flag';
  return flag === null && every(GROUP) ? 'unset' : null;
};

const changesFor = (cause: Cause, rule: CollectionRule, extension: RuleExtension): readonly Change[] => {
  const { settings } = extension;
  if (cause === 'stream') {
    const once = new Map(
      streamsOf(rule).map((list) => [list.from === null ? '' : `${list.from.file} ${list.from.at.from}`, list]),
    );
    return [...once.values()].flatMap((list) =>
      replaceTexts(
        list,
        list.texts.map(({ text }) => (text.toLowerCase() === V1.toLowerCase() ? V2 : text)),
      ),
    );
  }
  if (settings === null) return addInto(extension, ...EXTENSION_JSON);
  return settings === 'untold' || settings.isText ? [] : replaceValue(settings.containerLogV2, 'true');
};

/** LOG001: the old table of container logs, by the rule or by what the agent is told in the cluster. */
export const oldContainerLog: Rule = ({ collectionRules, agentConfigs }, { today }) => {
  const left = Math.ceil((RETIRES.containerLog - today) / DAY);
  const severity = left <= 0 ? ('critical' as const) : ('warning' as const);
  const when = left <= 0 ? 'was retired on 30 September 2026' : `is retired in ${left} days`;
  const schema = schemaOf(agentConfigs);
  const byRule = collectionRules
    .filter((rule) => isContainerInsights(rule) === true)
    .flatMap((rule) =>
      rule.extensions.flatMap((extension) => {
        const cause = causeOf(rule, extension);
        if (cause === null || (cause !== 'stream' && (schema === undefined || schema === 'v2'))) return [];
        const { settings } = extension;
        const flagged = settings === null || settings === 'untold' ? null : settings.containerLogV2;
        const spot = cause === 'stream' ? extension.streams.at : (flagged?.at ?? extension.at);
        const message = `${rule.address} sends lines to ContainerLog, which ${when}`;
        return [
          {
            code: 'LOG001',
            severity,
            spot,
            subject: rule.address,
            message,
            changes: changesFor(cause, rule, extension),
          },
        ];
      }),
    );
  const byConfig = agentConfigs
    .filter(({ logSchema }) => toldOf(logSchema)?.toLowerCase() === 'v1')
    .map(({ address, logSchema }) => ({
      code: 'LOG001',
      severity,
      spot: logSchema.at,
      subject: address,
      message: `containerlog_schema_version is v1: lines go to ContainerLog, which ${when}`,
      changes: replaceValue(logSchema, '"v2"'),
    }));
  return [...byRule, ...byConfig];
};
