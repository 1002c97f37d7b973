import { type ErrorCode, type Trouble, trouble } from '../app/errors.ts';
import type { Result } from '../base/result.ts';

/** Carries a trouble up through the command to the one place that prints it. */
export class Refused extends Error {
  readonly trouble: Trouble;

  constructor(refused: Trouble) {
    super(refused.what);
    this.name = 'Refused';
    this.trouble = refused;
  }
}

export const refuse = (
  code: ErrorCode,
  what: string,
  more: { readonly why?: string; readonly fix?: string } = {},
): never => {
  throw new Refused(trouble(code, what, more));
};

export const must = <Value>(result: Result<Value, Trouble>): Value => {
  if (result.ok) return result.value;
  throw new Refused(result.problem);
};
