import { addInto } from '../../changes.ts';
import type { Rule } from '../rule.ts';

/** TF003: the provider's types call both blocks optional, and it takes no cluster that has neither. */
export const clusterIdentity: Rule = ({ clusters }) =>
  clusters
    .filter(({ hasIdentity, section }) => hasIdentity === false && section !== null)
    .map((cluster) => ({
      code: 'TF003',
      spot: cluster.at,
      subject: cluster.address,
      message: `${cluster.address} has neither identity nor service_principal`,
      changes: addInto(cluster, '', 'identity {', '  type = "SystemAssigned"', '}'),
    }));
