import type { Estate } from '../estate.ts';
import type { Cluster } from '../estate/cluster.ts';
import { type CollectionRule, isContainerInsights } from '../estate/collection.ts';
import type { Workload } from '../estate/kube.ts';
import { has, type Texts } from '../estate/setting.ts';
import { meant, means } from '../estate/thing.ts';

export const GROUP = 'Microsoft-ContainerInsights-Group-Default';
export const KUBE_SYSTEM = 'kube-system';

const runs = ({ images }: Workload, program: string): boolean =>
  images.some((image) => new RegExp(`(?:^|/)unmasq(?:-${program})?(?=[:@]|$)`).test(image));

/** unmasq's server in the cluster watches pods by itself: inventory by Azure is one source of two then. */
export const watchesPods = ({ workloads }: Estate): boolean =>
  workloads.some((w) => w.certain && runs(w, 'server') && !runs(w, 'agent') && w.arguments.some((a) => a === 'serve'));

/** unmasq's agent on nodes. */
export const agentsIn = ({ workloads }: Estate): readonly Workload[] =>
  workloads.filter(
    (w) => w.kind === 'DaemonSet' && w.images.some((image) => /(?:^|\/)unmasq-agent(?=[:@]|$)/.test(image)),
  );

/** Rules of Container Insights that a cluster is certainly associated with. */
export const rulesOf = (cluster: Cluster, { associations, collectionRules }: Estate): readonly CollectionRule[] =>
  collectionRules.filter(
    (rule) =>
      isContainerInsights(rule) === true &&
      associations.some((a) => means(a.target, cluster) === true && means(a.rule, rule) === true),
  );

/** Whether a cluster may be associated with a rule that is not here, or not told. */
export const mayHaveOtherRules = (cluster: Cluster, { associations, collectionRules }: Estate): boolean =>
  associations.some(
    (a) => means(a.target, cluster) !== false && a.rule.value !== undefined && !meant(a.rule, collectionRules),
  );

/** Managed Prometheus arrives somewhere: a rule that forwards it is associated with the cluster. Null: that is not told. */
export const hasManagedPrometheus = (cluster: Cluster, estate: Estate): boolean | null => {
  if (cluster.metrics === null) return false;
  const forwards = estate.collectionRules.filter((rule) => rule.prometheus.length > 0);
  const isTied = forwards.map((rule) =>
    estate.associations.some((a) => means(a.target, cluster) === true && means(a.rule, rule) === true),
  );
  if (isTied.includes(true)) return true;
  const mayBeTied =
    mayHaveOtherRules(cluster, estate) ||
    estate.associations.some(
      (a) => means(a.target, cluster) !== false && forwards.some((rule) => means(a.rule, rule) !== false),
    );
  return mayBeTied ? null : false;
};

/** All lists of streams of a rule: what its sources collect, and what its flows pass on. */
export const streamsOf = ({ extensions, flows }: CollectionRule): readonly Texts[] => [
  ...extensions.map((e) => e.streams),
  ...flows.map((f) => f.streams),
];

/** Whether the extension collects a stream and a flow passes it on; null: not told. */
export const collects = ({ extensions, flows }: CollectionRule, stream: string): boolean | null => {
  const within = (lists: readonly Texts[]): boolean | null => {
    const answers = new Set(lists.flatMap((list) => [has(list, stream), has(list, GROUP)]));
    return answers.has(true) ? true : answers.has(null) ? null : false;
  };
  const [collected, passed] = [within(extensions.map((e) => e.streams)), within(flows.map((f) => f.streams))];
  if (collected === false || passed === false) return false;
  return collected === true && passed === true ? true : null;
};
