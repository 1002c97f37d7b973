import type { Coverage } from '../../app/coverage.ts';
import type { Workload } from '../../core/facts.ts';
import { VERDICT_KINDS } from '../../core/ports.ts';
import { count, percent, plural } from '../../base/number-text.ts';

export const workloadOf = ({ workload }: { readonly workload: Workload | null }): string =>
  workload === null ? '(the node itself)' : `${workload.kind.toLowerCase()}/${workload.name}`;

/** `52 flows: exact 40 (76.9%), ambiguous 12 (23.1%)`. */
export const coverageLine = ({ flows, byVerdict }: Pick<Coverage, 'flows' | 'byVerdict'>): string => {
  if (flows === 0) return 'no flows';
  const shares = VERDICT_KINDS.filter((verdict) => byVerdict[verdict].flows > 0).map(
    (verdict) => `${verdict} ${count(byVerdict[verdict].flows)} (${percent(byVerdict[verdict].flows, flows)})`,
  );
  return `${plural(flows, 'flow')}: ${shares.join(', ')}`;
};
