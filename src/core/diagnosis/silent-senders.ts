import { APPLICATIONS } from './applications.ts';
import { DNS_PORT, firstOf } from './destination-view.ts';
import { cannotTell, type Fact, type Finding, type Lack, ruledOut } from './hypothesis.ts';
import type { Signals } from './signals.ts';

const FLOWS: Lack = {
  what: 'which pods call anybody: of those that are silent nobody knows what they would say',
  how: 'VNet flow logs, or unmasq agent on the nodes',
};

/** What is not seen on the wire is ruled out by what applications say, and only where all that are known to call anybody say something. */
export const onlyToldBySome = (
  cause: Finding['cause'],
  { calls, attempts }: Pick<Signals, 'calls' | 'attempts'>,
  ...facts: readonly Fact[]
): Finding => {
  if (calls.length === 0) return cannotTell(cause, [APPLICATIONS]);
  const callers = attempts.flatMap(({ pod, destPort }) => (pod === null || destPort === DNS_PORT ? [] : [pod]));
  if (callers.length === 0) return cannotTell(cause, [FLOWS], facts);
  const telling = new Set(calls.flatMap(({ podUid, namespace, pod }) => [podUid, `${namespace}/${pod}`]));
  const silent = callers.filter(
    ({ uid, namespace, name }) => !telling.has(uid) && !telling.has(`${namespace}/${name}`),
  );
  if (silent.length === 0) return ruledOut(cause, ...facts);
  const workloads = [...new Set(silent.map(({ workload }) => `${workload.namespace}/${workload.name}`))].sort();
  return cannotTell(cause, [{ ...APPLICATIONS, what: `${APPLICATIONS.what}, of ${firstOf(workloads)}` }], facts);
};
