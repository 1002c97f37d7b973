import { addAfter, type Change, setArgument } from '../../changes.ts';
import { type Estate, mayMiss, seesAll } from '../../estate.ts';
import { type CollectionRule, isContainerInsights } from '../../estate/collection.ts';
import { toldOf } from '../../estate/setting.ts';
import { means } from '../../estate/thing.ts';
import { mayHaveOtherRules } from '../inventory-sources.ts';
import type { Rule } from '../rule.ts';
import { associationBlock, isInRoot, labelOf, ruleFor } from './written-rule.ts';

const NAME = 'ContainerInsightsExtension';

/** DCR001: an agent that waits for a rule, and there is none. */
export const noRule: Rule = (estate) => {
  if (!mayMiss(estate, 'collection-rules')) return [];
  if (estate.collectionRules.some((rule) => isContainerInsights(rule) !== false)) return [];
  return estate.clusters.flatMap((cluster) =>
    cluster.agent === null ||
    !cluster.certain ||
    toldOf(cluster.agent.managedIdentity) !== true ||
    toldOf(cluster.agent.enabled) !== true ||
    mayHaveOtherRules(cluster, estate)
      ? []
      : [
          {
            code: 'DCR001',
            spot: cluster.agent.at,
            subject: cluster.address,
            message: `no data collection rule tells the agent of ${cluster.address} what to collect`,
            changes: ruleFor(cluster, estate),
          },
        ],
  );
};

const associationOf = (rule: CollectionRule, { clusters }: Estate): readonly Change[] => {
  const [cluster, ...others] = clusters;
  return cluster === undefined || others.length > 0 || ![cluster, rule].every(isInRoot)
    ? []
    : addAfter(rule, ...associationBlock(cluster, rule.address, labelOf(rule)));
};

/** DCR002: a rule that nothing associates. Silent where a module that is not here, or an id that is not told, may do it. */
export const unassociated: Rule = (estate) => {
  if (!seesAll(estate)) return [];
  const [cluster] = estate.clusters;
  return estate.collectionRules
    .filter((rule) => !rule.isBare && isContainerInsights(rule) === true)
    .filter((rule) => estate.associations.every(({ rule: named }) => means(named, rule) === false))
    .map((rule) => ({
      code: 'DCR002',
      spot: rule.at,
      subject: rule.address,
      message: `nothing associates ${rule.address} with a cluster`,
      changes: associationOf(rule, estate),
      related: cluster === undefined ? [] : [{ spot: cluster.at, says: `${cluster.address} is the cluster` }],
    }));
};

/** DCR003: the portal looks for the association by its name, and makes another where it does not find it. */
export const associationName: Rule = ({ associations, collectionRules }) =>
  associations.flatMap((association) => {
    const name = toldOf(association.name);
    const isOurs = collectionRules.some(
      (rule) => isContainerInsights(rule) === true && means(association.rule, rule) === true,
    );
    if (!isOurs || name === undefined || name === NAME) return [];
    return [
      {
        code: 'DCR003',
        spot: association.name.at,
        subject: association.address,
        message:
          name === null
            ? `${association.address} has no name`
            : `${association.address} is called ${name}, not ${NAME}`,
        changes: setArgument(association, 'name', association.name, JSON.stringify(NAME)),
      },
    ];
  });
