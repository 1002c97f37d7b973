import { alertsFile } from './alerts-file.ts';
import type { Blueprint, PackedQuery, WrittenFile } from './blueprint.ts';
import { kubeRolesFile } from './kube-roles-file.ts';
import { moduleFiles } from './module-files.ts';
import { queryPackFile, rolesFile } from './part-files.ts';
import { prometheusFile } from './prometheus-file.ts';
import { ruleFile } from './rule-json.ts';

export const GENERATED = ['terraform', 'dcr', 'alerts', 'rbac', 'querypack', 'prometheus'] as const;
export type Generated = (typeof GENERATED)[number];

/** These say nothing without a spec; of the others one is made for any cluster. */
export const NEEDS_SPEC: ReadonlySet<Generated> = new Set(['terraform', 'dcr']);

/** 80 %, so that there is time to act. */
const EARLY = 0.8;

/** The files of one thing, in their order; none where the blueprint wants nothing of it. */
export const generatedFiles = (
  what: Generated,
  blueprint: Blueprint,
  queries: readonly PackedQuery[],
): readonly WrittenFile[] => {
  switch (what) {
    case 'terraform':
      return moduleFiles(blueprint, queries);
    case 'dcr': {
      const rule = ruleFile(blueprint);
      return rule === null ? [] : [rule];
    }
    case 'alerts':
      return [alertsFile(blueprint)];
    case 'rbac':
      return [rolesFile(blueprint), kubeRolesFile()];
    case 'querypack':
      return [queryPackFile(blueprint, queries)];
    case 'prometheus':
      return [prometheusFile(blueprint.alerts?.snatPortsUsed ?? EARLY)];
  }
};
