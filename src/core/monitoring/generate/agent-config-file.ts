import { AGENT_CONFIG } from '../estate/kube/config-maps.ts';
import type { Blueprint, WrittenFile } from './blueprint.ts';
import { stamped, stampLine } from './stamp.ts';

/**
 * The ConfigMap by which the agent is told of lines of containers: namespaces of the rule do not hold for them.
 * https://learn.microsoft.com/azure/azure-monitor/containers/container-insights-data-collection-configure
 */
export const agentConfigFile = ({ logs }: Blueprint): readonly WrittenFile[] => {
  if (logs === null) return [];
  const source = (name: string): readonly string[] => [
    `[log_collection_settings.${name}]`,
    '  enabled = true',
    `  exclude_namespaces = ${JSON.stringify(logs.withoutNamespaces)}`,
  ];
  const settings = [
    '[log_collection_settings]',
    ...source('stdout'),
    ...source('stderr'),
    '[log_collection_settings.env_var]',
    '  enabled = false',
    '[log_collection_settings.schema]',
    '  containerlog_schema_version = "v2"',
    '[log_collection_settings.metadata_collection]',
    `  enabled = ${logs.metadata}`,
    ...(logs.metadata
      ? ['  include_fields = ["podLabels", "podAnnotations", "podUid", "image", "imageID", "imageRepo", "imageTag"]']
      : []),
  ];
  const lines = [
    'kind: ConfigMap',
    'apiVersion: v1',
    'metadata:',
    `  name: ${AGENT_CONFIG}`,
    '  namespace: kube-system',
    'data:',
    '  schema-version: v1',
    '  config-version: ver1',
    '  log-data-collection-settings: |-',
    ...settings.map((line) => `    ${line}`),
  ];
  return [{ name: `${AGENT_CONFIG}.yaml`, text: stamped(`${stampLine('terraform')}${lines.join('\n')}\n`) }];
};
