import type { Members } from '../estate.ts';
import type { Value } from '../hcl/value.ts';
import {
  AGENT_CONFIG,
  agentConfigOf,
  type Embedding,
  MASQ_CONFIG,
  masqConfigOf,
  type ProblemAt,
} from './kube/config-maps.ts';
import { type KubeObject, objectsIn } from './kube/object.ts';
import { prometheusAlertsIn, serviceOf, workloadOf } from './kube/workloads.ts';
import { memberOf } from './members-of.ts';

export interface KubeRead {
  readonly members: Partial<Members>;
  readonly problems: readonly ProblemAt[];
}

const NOTHING: KubeRead = { members: {}, problems: [] };

/** What one object of Kubernetes tells of monitoring and of the way out. */
export const membersOfKube = (object: KubeObject, embedding: Embedding): KubeRead => {
  const { kind, name } = object;
  if (kind === 'ConfigMap' && name === AGENT_CONFIG) {
    const { config, problems } = agentConfigOf(object, embedding);
    return { members: config === null ? {} : { agentConfigs: [config] }, problems };
  }
  if (kind === 'ConfigMap' && MASQ_CONFIG.test(name)) {
    const { config, problems } = masqConfigOf(object, embedding);
    return { members: config === null ? {} : { masqConfigs: [config] }, problems };
  }
  if (kind === 'Service') return { members: { services: [serviceOf(object)] }, problems: [] };
  if (kind === 'PrometheusRule') return { members: { prometheusAlerts: prometheusAlertsIn(object) }, problems: [] };
  const workload = workloadOf(object);
  return workload === null ? NOTHING : { members: { workloads: [workload] }, problems: [] };
};

/** The objects of a document; a file of rules that Prometheus reads itself counts as one. */
export const kubeObjectsIn = (document: Value): readonly KubeObject[] => {
  const objects = objectsIn(document);
  if (objects.length > 0 || memberOf(document, 'groups')?.kind !== 'list') return objects;
  const name = { is: 'unset' as const, value: null, at: document.from };
  return [
    {
      kind: 'PrometheusRule',
      namespace: '',
      name: '',
      of: document,
      thing: {
        address: `rules of ${document.from.file}`,
        id: null,
        name,
        at: document.from,
        end: null,
        section: null,
        certain: true,
      },
    },
  ];
};
