import { count } from '../../../src/base/number-text.ts';

interface Counted {
  readonly flows: number;
  readonly exactFlows: number;
  readonly relayedFlows?: number;
  /** Of a pod. */
  readonly confidence?: number;
}

const PROBABLE = 0.95;
const LIKELY = 0.5;
const SAME = 1e-9;

/** Words, not numbers, as on the command line: the mean of many flows is no probability of any of them. */
export const certainty = ({ flows, exactFlows, relayedFlows = 0, confidence = 0 }: Counted, isPod: boolean): string => {
  if (Math.abs(exactFlows - flows) < SAME) {
    if (relayedFlows > 0)
      return relayedFlows === exactFlows ? '⇄ relay only' : `● exact, ${count(relayedFlows)} only relayed`;
    return isPod ? '● exact' : '■ certain';
  }
  // Of the flows that it may have sent and did not surely send.
  const rest = confidence > 0 ? (flows - exactFlows) / (flows / confidence - exactFlows) : 0;
  const word = rest >= PROBABLE ? '◐ probable' : rest >= LIKELY ? '◐ likely' : '◔ possible';
  return exactFlows > 0 ? `● ${count(exactFlows)} exact, others ${word}` : word;
};
