import { type Instant, renderInstant } from '../../base/instant.ts';
import type { Cause } from './causes.ts';

export type Status = 'ruled-in' | 'ruled-out' | 'cannot-tell';

/** Something that was observed. */
export interface Fact {
  readonly text: string;
  /** Which source tells it, in its own name. */
  readonly source: string;
  /** RFC 3339; null: of the interval as a whole. */
  readonly at: string | null;
}

/** A signal that would tell, and is not there. */
export interface Lack {
  readonly what: string;
  readonly how: string;
}

/** What one cause is found to be. */
export interface Finding {
  readonly cause: Cause;
  readonly status: Status;
  readonly facts: readonly Fact[];
  readonly missing: readonly Lack[];
  /** Failed calls or connections that it is behind; 0 where it is not ruled in. */
  readonly explains: number;
  /** How directly it was seen: 3 counted by what failed itself, 2 said by the other side, 1 follows from silence. */
  readonly directness: 1 | 2 | 3;
  /** Destinations whose trouble it is behind, as `keyOf` has them; `dns`: names. Those of what is not ruled in: that it may be behind. */
  readonly covers: readonly string[];
}

export const fact = (text: string, source: string, at: Instant | null): Fact => ({
  text,
  source,
  at: at === null ? null : renderInstant(at),
});

export const ruledIn = (
  cause: Cause,
  directness: Finding['directness'],
  explains: number,
  covers: readonly string[],
  facts: readonly Fact[],
): Finding => ({ cause, status: 'ruled-in', facts, missing: [], explains, directness, covers });

export const ruledOut = (cause: Cause, ...facts: readonly Fact[]): Finding => ({
  cause,
  status: 'ruled-out',
  facts,
  missing: [],
  explains: 0,
  directness: 1,
  covers: [],
});

export const cannotTell = (
  cause: Cause,
  missing: readonly Lack[],
  facts: readonly Fact[] = [],
  covers: readonly string[] = [],
): Finding => ({ cause, status: 'cannot-tell', facts, missing, explains: 0, directness: 1, covers });
