import type { Problem } from '../../src/contract/questions.ts';

/** What the server did not answer, or that it was not reached. */
export class Refusal extends Error {
  readonly problem: Problem;
  /** Seconds after which it may be asked again; null: it says nothing of that. */
  readonly retryAfter: number | null;

  constructor(problem: Problem, retryAfter: number | null) {
    super(problem.title);
    this.name = 'Refusal';
    this.problem = problem;
    this.retryAfter = retryAfter;
  }
}

/** Status 0: there was nobody. */
export const unreachable = (detail: string): Refusal =>
  new Refusal(
    {
      type: 'about:blank',
      title: 'The server cannot be reached',
      status: 0,
      code: '',
      detail,
      fix: 'See whether unmasq serve still runs, and whether the way to it (port-forward, ingress) is open. Then ask again.',
    },
    null,
  );

const MOST_TRIES = 3;

/** A server that has too much to do says when to come back; everything else stays as it is when it is asked again. */
export const isWorthAsking = (failures: number, error: Error): boolean =>
  failures < MOST_TRIES && error instanceof Refusal && error.problem.status === 503;

/** Milliseconds. */
export const waitFor = (failures: number, error: Error): number =>
  1_000 * (error instanceof Refusal && error.retryAfter !== null ? error.retryAfter : 2 ** failures);
