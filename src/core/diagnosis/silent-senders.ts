import { APPLICATIONS } from './applications.ts';
import { DNS_PORT } from './destination-view.ts';
import { cannotTell, type Fact, type Finding, ruledOut } from './hypothesis.ts';
import type { Signals } from './signals.ts';

/** What is not seen on the wire is ruled out by what applications say, and only where all that call anybody say something. */
export const onlyToldBySome = (
  cause: Finding['cause'],
  { calls, attempts }: Pick<Signals, 'calls' | 'attempts'>,
  ...facts: readonly Fact[]
): Finding => {
  const telling = new Set(calls.flatMap(({ podUid, namespace, pod }) => [podUid, `${namespace}/${pod}`]));
  const silent = attempts.flatMap(({ pod, destPort }) =>
    pod === null || destPort === DNS_PORT || telling.has(pod.uid) || telling.has(`${pod.namespace}/${pod.name}`)
      ? []
      : [`${pod.workload.namespace}/${pod.workload.name}`],
  );
  const workloads = [...new Set(silent)].sort();
  if (calls.length > 0 && workloads.length === 0) return ruledOut(cause, ...facts);
  const more = workloads.length > NAMED ? ` and ${workloads.length - NAMED} more` : '';
  const of = workloads.length === 0 ? '' : `, of ${workloads.slice(0, NAMED).join(', ')}${more}`;
  return cannotTell(cause, [{ ...APPLICATIONS, what: `${APPLICATIONS.what}${of}` }], calls.length === 0 ? [] : facts);
};

const NAMED = 5;
