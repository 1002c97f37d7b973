import { plural } from '../../src/base/number-text.ts';
import type { Flow } from '../../src/contract/answers.ts';
import { isolated } from './isolated.ts';

export const nameOf = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string =>
  `${isolated(namespace)}/${isolated(name)}`;

/** Who a flow is from, no surer than its verdict. */
export const senderOf = ({ verdict, pod, workload, node, candidateCount }: Flow): string => {
  if (verdict === 'node') return `node ${isolated(node ?? '')}`;
  if (pod !== null) return nameOf(pod);
  if (workload !== null) return nameOf(workload);
  return candidateCount > 0 ? `one of ${plural(candidateCount, 'candidate')}` : 'not known';
};
