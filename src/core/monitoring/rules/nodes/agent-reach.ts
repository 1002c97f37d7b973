import type { Pool } from '../../estate/cluster.ts';
import type { Workload } from '../../estate/kube.ts';
import { toldOf } from '../../estate/setting.ts';
import { agentsIn } from '../inventory-sources.ts';
import type { Rule } from '../rule.ts';

/** Labels that Azure gives nodes by itself. */
const GIVEN: readonly (readonly [label: string, value: (pool: Pool) => string | undefined])[] = [
  ['kubernetes.io/os', ({ os }) => toldOf(os)?.toLowerCase()],
  ['kubernetes.azure.com/agentpool', ({ name }) => toldOf(name) ?? undefined],
  ['agentpool', ({ name }) => toldOf(name) ?? undefined],
];

/** The label that keeps the agent from a pool; null: none certainly does. */
const kept = ({ nodeSelector }: Workload, pool: Pool): string | null => {
  const [selector, labels] = [toldOf(nodeSelector), toldOf(pool.labels)];
  if (selector === undefined || labels === undefined) return null;
  for (const [label, value] of selector) {
    const given = GIVEN.find(([name]) => name === label);
    const has = given === undefined ? labels.get(label) : given[1](pool);
    const isAzures = given === undefined && /(?:^|\.)(?:kubernetes\.io|azure\.com|k8s\.io)\//.test(label);
    if (isAzures || value === null || has === null || (given !== undefined && has === undefined)) continue;
    if (has !== value) return `nodeSelector ${label}=${value}`;
  }
  return null;
};

const repelled = ({ tolerations }: Workload, { taints }: Pool): string | null => {
  for (const { text } of taints.texts) {
    const [, key = '', value = '', effect = ''] = /^([^=:]+)(?:=([^:]*))?:(\w+)$/.exec(text) ?? [];
    if (key === '' || effect === 'PreferNoSchedule') continue;
    const isTolerated = tolerations.some(
      (t) =>
        (t.effect === null || t.effect === effect) &&
        (t.key === null ? t.operator === 'Exists' : t.key === key) &&
        (t.operator === 'Exists' || (t.value ?? '') === value),
    );
    if (!isTolerated) return `taint ${text}`;
  }
  return null;
};

/** AGENT001: nodes that unmasq's agent does not run on. Of Windows nodes nobody expects it. */
export const agentReach: Rule = (estate) =>
  agentsIn(estate).flatMap((agent) =>
    estate.clusters
      .flatMap(({ pools }) => pools)
      .filter(({ os }) => toldOf(os)?.toLowerCase() === 'linux')
      .flatMap((pool) => {
        const why = kept(agent, pool) ?? repelled(agent, pool);
        return why === null
          ? []
          : [
              {
                code: 'AGENT001',
                spot: agent.at,
                subject: agent.address,
                key: pool.address,
                message: `unmasq's agent does not reach ${pool.address}: ${why}`,
                related: [{ spot: pool.at, says: 'the pool' }],
              },
            ];
      }),
  );
