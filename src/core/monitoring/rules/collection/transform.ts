import { removeArgument } from '../../changes.ts';
import { blocks } from '../../terraform/configuration.ts';
import { isContainerInsights } from '../../estate/collection.ts';
import { has, toldOf } from '../../estate/setting.ts';
import { GROUP } from '../inventory-sources.ts';
import type { Rule } from '../rule.ts';

/** Columns that a lease is made of. */
const NEEDED = ['PodIp', 'PodUid', 'Computer', 'PodStartTime'] as const;

const stagesOf = (kql: string): readonly string[] =>
  kql
    .replaceAll(/(^|\s)\/\/[^\n]*/g, '$1')
    .split('|')
    .map((stage) => stage.trim());

const names = (text: string): readonly string[] => text.match(/[A-Za-z_]\w*/g) ?? [];

/** What a transformation takes from leases, in words; null: nothing that can be seen without working the query out. */
const lostBy = (kql: string): string | null => {
  const lost: string[] = [];
  for (const stage of stagesOf(kql)) {
    const [, verb = '', rest = ''] = /^(project-away|project|where)\b(.*)$/is.exec(stage) ?? [];
    if (verb.toLowerCase() === 'where') lost.push('rows');
    if (verb.toLowerCase() === 'project-away') lost.push(...NEEDED.filter((column) => names(rest).includes(column)));
    if (verb.toLowerCase() === 'project' && !rest.startsWith('-'))
      lost.push(...NEEDED.filter((column) => !names(rest).includes(column)));
  }
  return lost.length === 0 ? null : [...new Set(lost)].join(', ');
};

/** DCR014: a transformation that takes what leases are made of. */
export const lossyTransform: Rule = ({ collectionRules }) =>
  collectionRules
    .filter((rule) => isContainerInsights(rule) === true)
    .flatMap((rule) =>
      rule.flows.flatMap((flow, i) => {
        const kql = toldOf(flow.transform);
        const isOfPods = has(flow.streams, 'Microsoft-KubePodInventory') === true || has(flow.streams, GROUP) === true;
        const lost = typeof kql === 'string' && isOfPods ? lostBy(kql) : null;
        const section = rule.section === null ? undefined : blocks(rule.section, 'data_flow')[i];
        return lost === null
          ? []
          : [
              {
                code: 'DCR014',
                spot: flow.transform.at,
                subject: rule.address,
                message: `transform_kql of ${rule.address} drops ${lost} of KubePodInventory`,
                changes: section === undefined ? [] : removeArgument(section, 'transform_kql'),
              },
            ];
      }),
    );
