import type { Estate } from '../core/monitoring/estate.ts';
import type { Finding } from '../core/monitoring/finding.ts';
import type { Spot } from '../core/monitoring/hcl/value.ts';
import type { ProviderTypes } from '../core/monitoring/provider/provider-types.ts';
import type { Configuration } from '../core/monitoring/terraform/configuration.ts';
import { isPlan, isWhole, type Plan, placesInPlan, planConfiguration } from '../core/monitoring/terraform/plan.ts';
import { withoutIndexes } from '../core/monitoring/terraform/plan-references.ts';
import type { ConfigurationFile } from './audit-files.ts';
import type { RootRead } from './audit-terraform.ts';

export interface PlansRead {
  readonly plans: readonly { readonly configuration: Configuration; readonly isWhole: boolean }[];
  readonly findings: readonly Finding[];
}

/** Where resources are written, where the files that a plan was made of are here too. */
const placesInFiles = (roots: readonly RootRead[]): ReadonlyMap<string, Spot> =>
  new Map(
    roots.flatMap(({ configuration }) =>
      configuration.resources.map(({ address, body }) => [withoutIndexes(address), body.spot] as const),
    ),
  );

/** Plans as `terraform show -json` prints them; a major version that is not known is refused by name. */
export const readPlans = (
  files: readonly ConfigurationFile[],
  types: ProviderTypes,
  roots: readonly RootRead[],
): PlansRead => {
  const places = placesInFiles(roots);
  const findings: Finding[] = [];
  const plans = files.flatMap(({ path, text }) => {
    const plan = planIn(text);
    if (plan === null || !plan.format_version.startsWith('1.')) {
      findings.push(refused(path, plan));
      return [];
    }
    const inPlan = placesInPlan(path, text);
    const placeOf = (address: string): Spot => places.get(withoutIndexes(address)) ?? inPlan(address);
    return [{ configuration: planConfiguration(plan, types, placeOf), isWhole: isWhole(plan) }];
  });
  return { plans, findings };
};

/** A plan knows all of its modules; one that was not made to its end may lack anything. */
export const scopeOfPlan = (isMadeToItsEnd: boolean, { scope }: Pick<Estate, 'scope'>): Estate['scope'] =>
  scope === 'partial' || !isMadeToItsEnd ? 'partial' : 'complete';

const planIn = (text: string): Plan | null => {
  try {
    const plan = JSON.parse(text) as unknown;
    return isPlan(plan) ? plan : null;
  } catch {
    return null;
  }
};

const refused = (path: string, plan: Plan | null): Finding => ({
  code: 'FILE003',
  spot: { file: path, at: { line: 1, column: 1, from: 0, until: 0 } },
  subject: path,
  message: plan === null ? `${path} is no plan that can be read` : `${path} is a plan of format ${plan.format_version}`,
});
