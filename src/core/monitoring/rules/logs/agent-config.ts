import { replaceValue } from '../../changes.ts';
import { mayMiss } from '../../estate.ts';
import { isContainerInsights } from '../../estate/collection.ts';
import { has, toldOf } from '../../estate/setting.ts';
import { GROUP } from '../inventory-sources.ts';
import type { Rule } from '../rule.ts';
import { saysAll } from '../query-words.ts';

/** Namespaces whose lines the agent leaves out by itself, or that are Azure's. */
const SYSTEM = new Set(['kube-system', 'gatekeeper-system', 'azure-arc', 'calico-system', 'tigera-operator']);

/** LOG002: namespaces of a rule do not apply to lines. */
export const filteredByRule: Rule = (estate) => {
  if (estate.agentConfigs.length > 0 || !mayMiss(estate, 'agent')) return [];
  return estate.collectionRules
    .filter((rule) => isContainerInsights(rule) === true)
    .flatMap((rule) =>
      rule.extensions.flatMap(({ settings, streams }) => {
        if (settings === null || settings === 'untold') return [];
        const mode = toldOf(settings.filteringMode)?.toLowerCase();
        const meant = settings.namespaces.texts.map(({ text }) => text).filter((text) => !SYSTEM.has(text));
        const hasLines = ['Microsoft-ContainerLogV2', 'Microsoft-ContainerLog', GROUP].some(
          (s) => has(streams, s) === true,
        );
        if (!hasLines || (mode !== 'exclude' && mode !== 'include') || meant.length === 0) return [];
        return [
          {
            code: 'LOG002',
            spot: settings.namespaces.at,
            subject: rule.address,
            message: `${mode === 'exclude' ? 'excluding' : 'including only'} ${meant.join(', ')} does not hold for lines of stdout and stderr`,
          },
        ];
      }),
    );
};

/** LOG003, LOG004, LOG005: what the agent is told in the cluster. */
export const agentSettings: Rule = ({ agentConfigs, queries, logAlerts }) => {
  const asked = [...queries, ...logAlerts].some(({ query }) => saysAll(query, /\bKubernetesMetadata\b/));
  return agentConfigs.flatMap((config) => [
    ...(asked && (toldOf(config.metadata) === false || config.metadata.is === 'unset')
      ? [
          {
            code: 'LOG003',
            spot: config.metadata.at,
            subject: config.address,
            message: 'a query reads KubernetesMetadata, and metadata_collection is off',
            changes: replaceValue(config.metadata, 'true'),
          },
        ]
      : []),
    ...(toldOf(config.envVar) === true
      ? [
          {
            code: 'LOG004',
            spot: config.envVar.at,
            subject: config.address,
            message: 'environment variables of containers are collected',
            changes: replaceValue(config.envVar, 'false'),
          },
        ]
      : []),
    ...(toldOf(config.allKubeEvents) === true
      ? [
          {
            code: 'LOG005',
            spot: config.allKubeEvents.at,
            subject: config.address,
            message: 'Normal events are collected beside warnings',
            changes: replaceValue(config.allKubeEvents, 'false'),
          },
        ]
      : []),
  ]);
};
