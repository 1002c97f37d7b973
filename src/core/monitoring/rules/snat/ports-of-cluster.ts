import type { Cluster } from '../../estate/cluster.ts';
import { frontendsOf, leavingOf, nodeCount, portsAt } from '../../estate/egress.ts';
import { says } from '../numbers.ts';

/** What a node of a cluster has at its largest, as far as that is told; null: it leaves by something else, or too little is told. */
const portsInWords = (cluster: Cluster): string | null => {
  const frontends = leavingOf(cluster) === 'load-balancer' ? frontendsOf(cluster) : null;
  const { inUpgrade, sure } = nodeCount(cluster);
  const ports = frontends === null || !sure ? null : portsAt(frontends, inUpgrade);
  return ports === null
    ? null
    : `at ${says(inUpgrade)} nodes, those of an upgrade among them, each node has ${says(ports)} ports: as many connections to one destination, of all its pods together`;
};

/** That, as a reason; nothing where the table of findings says all that there is. */
export const portsMatter = (cluster: Cluster): { readonly matters?: string } => {
  const words = portsInWords(cluster);
  return words === null ? {} : { matters: words };
};
