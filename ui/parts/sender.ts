import { plural } from '../../src/base/number-text.ts';
import type { Flow } from '../../src/contract/answers.ts';

/** Who a flow is from, no surer than its verdict. */
export const senderOf = ({ verdict, pod, workload, node, candidateCount }: Flow): string => {
  if (verdict === 'node') return `node ${node ?? ''}`;
  if (pod !== null) return `${pod.namespace}/${pod.name}`;
  if (workload !== null) return `${workload.namespace}/${workload.name}`;
  return candidateCount > 0 ? `one of ${plural(candidateCount, 'candidate')}` : 'not known';
};
