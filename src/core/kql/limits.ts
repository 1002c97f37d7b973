import { fail, ok, type Result } from '../../base/result.ts';
import { TOKENS } from './comments.ts';
import type { Place } from './query.ts';

const LIMITS = { characters: 65_536, nesting: 64, statements: 200 } as const;

export interface BeyondLimits {
  readonly why: string;
  readonly at: Place;
}

/**
 * What the parser must never see. Up to 300 levels it recurses and is linear; beyond, it falls back to a parser without recursion that
 * takes minutes: 160 times `a in (` took 23 ms, 320 times did not end, 20,000 times `(` took 188 s (12.4.1). Nothing in it can be cancelled.
 * Brackets in a string that is left open count too: a refusal too many, never one too few.
 */
export const withinLimits = (text: string): Result<null, BeyondLimits> => {
  if (text.length > LIMITS.characters)
    return fail({
      why: `the query is longer than ${LIMITS.characters} characters`,
      at: { from: LIMITS.characters, until: text.length },
    });
  let depth = 0;
  let statements = 0;
  for (const { 0: token, index } of text.matchAll(TOKENS)) {
    const at = { from: index, until: index + 1 };
    if (token === ';' && ++statements > LIMITS.statements)
      return fail({ why: `the query has more than ${LIMITS.statements} statements`, at });
    if (OPENS.has(token) && ++depth > LIMITS.nesting)
      return fail({ why: `the query is nested deeper than ${LIMITS.nesting} brackets`, at });
    if (CLOSES.has(token)) depth = Math.max(0, depth - 1);
  }
  return ok(null);
};

const OPENS: ReadonlySet<string> = new Set('([{');
const CLOSES: ReadonlySet<string> = new Set(')]}');
