import type { DocumentReader } from '../documents.ts';
import type { Members } from '../estate.ts';
import { known, type Value } from '../hcl/value.ts';
import type { Configuration, Resource } from '../terraform/configuration.ts';
import { recordTypesIn } from './arm/flow-logs.ts';
import { azapiResource } from './arm/resource.ts';
import type { FlowLog } from './flow-log.ts';
import { membersOfArm } from './from-arm.ts';
import { kubeObjectsIn, membersOfKube } from './from-kube.ts';
import type { Embedding, ProblemAt } from './kube/config-maps.ts';
import { configMapOf, type KubeObject } from './kube/object.ts';
import { memberOf, plainText, textAt } from './members-of.ts';
import type { Reference } from './setting.ts';
import { thingOf } from './terraform/read-section.ts';
import { means } from './thing.ts';

/** What Terraform makes through other providers than azurerm: documents of Azure, objects of Kubernetes. */
export interface OthersRead {
  readonly members: readonly Partial<Members>[];
  readonly problems: readonly ProblemAt[];
}

const objectOf = (items: ReadonlyMap<string, Value>, from: Value['from']): Value => ({ from, kind: 'object', items });

const objectsMadeBy = (r: Resource, yaml: DocumentReader): readonly KubeObject[] => {
  const { body, type } = r;
  const thing = thingOf(r);
  if (type === 'kubernetes_config_map' || type === 'kubernetes_config_map_v1') {
    const [metadata] = body.blocks.get('metadata') ?? [];
    const data = body.arguments.get('data');
    return metadata === undefined || data === undefined
      ? []
      : [configMapOf(thing, objectOf(metadata.arguments, metadata.spot), data)];
  }
  const manifest = type === 'kubernetes_manifest' ? body.arguments.get('manifest') : undefined;
  if (manifest !== undefined) return kubeObjectsIn(manifest).map((object) => ({ ...object, thing }));
  const text = type === 'kubectl_manifest' ? body.arguments.get('yaml_body') : undefined;
  const words = plainText(text);
  if (text === undefined || words === null) return [];
  // what is within such a text stands where the text does
  return yaml(text.from.file, words)
    .documents.map((d) => standingAt(d, text))
    .flatMap(kubeObjectsIn)
    .map((object) => ({ ...object, thing }));
};

const standingAt = (value: Value, { from }: Value): Value => {
  if (value.kind === 'list')
    return { ...value, from, items: value.items.map((item) => standingAt(item, { ...item, from })) };
  if (value.kind === 'object')
    return { ...value, from, items: new Map([...value.items].map(([k, v]) => [k, standingAt(v, { ...v, from })])) };
  return value.kind === 'known' ? known(from, value.value) : { ...value, from };
};

export const othersFromTerraform = ({ resources }: Configuration, embedding: Embedding): OthersRead => {
  const members: Partial<Members>[] = [];
  const problems: ProblemAt[] = [];
  for (const r of resources.filter(({ mode }) => mode === 'managed')) {
    const azure = r.type === 'azapi_resource' ? azapiResource(thingOf(r), r.body) : null;
    if (azure !== null) members.push(membersOfArm(azure));
    for (const object of objectsMadeBy(r, embedding.yaml)) {
      const read = membersOfKube(object, embedding);
      members.push(read.members);
      problems.push(...read.problems);
    }
  }
  return { members, problems };
};

/** What azapi changes of a flow log that azurerm makes: which records are kept is not told otherwise. */
export const withUpdates = (flowLogs: readonly FlowLog[], { resources }: Configuration): readonly FlowLog[] =>
  resources
    .filter(({ type, mode }) => type === 'azapi_update_resource' && mode === 'managed')
    .reduce<readonly FlowLog[]>((all, { body }) => {
      const id: Reference = { value: body.arguments.get('resource_id'), at: body.spot };
      const written = body.arguments.get('body');
      const properties = memberOf(written, 'properties');
      if (properties === undefined) return all;
      return all.map((log) =>
        means(id, log) === true
          ? {
              ...log,
              recordTypes: recordTypesIn(properties) ?? log.recordTypes,
              filter:
                memberOf(properties, 'enabledFilteringCriteria') === undefined
                  ? log.filter
                  : textAt(properties, 'enabledFilteringCriteria'),
            }
          : log,
      );
    }, flowLogs);
