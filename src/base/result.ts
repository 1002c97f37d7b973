/** What can fail for a reason that the caller must see. A bug throws; an expected refusal is a `Result`. */
export type Result<Value, Problem> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: Problem };

export const ok = <Value>(value: Value): Result<Value, never> => ({ ok: true, value });
export const fail = <Problem>(problem: Problem): Result<never, Problem> => ({ ok: false, problem });

/** Makes a forgotten member of a union a type error. */
export const never = (value: never): never => {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
};
