import { unassociated } from './collection/association.ts';
import type { Rule } from './rule.ts';
import { clusterIdentity } from './terraform/cluster-identity.ts';
import { missingArguments, unknownArguments } from './terraform/provider-arguments.ts';
import { undeclaredNames } from './terraform/undeclared-names.ts';

/** Every rule there is. */
export const RULES: readonly Rule[] = [
  unknownArguments,
  missingArguments,
  clusterIdentity,
  undeclaredNames,
  unassociated,
];
