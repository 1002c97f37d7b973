/** What an id says: the tuple (mixed with the cluster), and the time of the first record when it was given out. */
export interface FlowKey {
  readonly tuple: bigint;
  readonly beginMs: number;
}

const TUPLE_DIGITS = 13;
const TIME_DIGITS = 9;

/**
 * Made of what a flow is, not of a counter: the same flow has the same id in every store. The time inside still falls into the flow
 * when an earlier record arrives, so an id that was given out goes on resolving.
 */
export const flowId = ({ tuple, beginMs }: FlowKey): string =>
  `f_${tuple.toString(36).padStart(TUPLE_DIGITS, '0')}${beginMs.toString(36).padStart(TIME_DIGITS, '0')}`;

export const parseFlowId = (text: string): FlowKey | null => {
  if (!/^f_[0-9a-z]{22}$/.test(text)) return null;
  let tuple = 0n;
  for (const digit of text.slice(2, 2 + TUPLE_DIGITS)) tuple = tuple * 36n + BigInt(Number.parseInt(digit, 36));
  return tuple < 2n ** 64n ? { tuple, beginMs: Number.parseInt(text.slice(2 + TUPLE_DIGITS), 36) } : null;
};
