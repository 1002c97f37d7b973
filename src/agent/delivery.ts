/** What is done about one answer of the server to one segment. */
export type Outcome = 'delivered' | 'refused' | 'again';

/**
 * 413 and 422 are about the bytes, and the same bytes will get the same answer: they are given up, and what they covered stays uncovered.
 * Everything else can change without them: a token that is not there yet (401, 403), a server that is older (400, 404), busy or ill.
 */
export const outcomeOf = (status: number): Outcome => {
  if (status >= 200 && status < 300) return 'delivered';
  return status === 413 || status === 422 ? 'refused' : 'again';
};

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 60_000;

/** How long to wait after so many failures in a row: doubled each time, and spread so that the agents of a cluster do not come together. */
export const waitMs = (failures: number, chance: number, retryAfterSeconds: number | null): number => {
  const doubled = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures, 20));
  const asked = Math.min(LONGEST_WAIT_MS, (retryAfterSeconds ?? 0) * 1_000);
  return Math.max(asked, Math.round(doubled * (0.5 + chance / 2)));
};
