import type { Instant } from '../base/instant.ts';
import type { SymptomReader } from '../core/symptom.ts';
import type { Facts, FormatName, Reject } from '../core/facts.ts';

export interface Taken {
  readonly facts: Facts;
  readonly rejects: readonly Reject[];
  /** Input that was understood and is of no use (bookmarks, other SubTypes …), counted by its name. */
  readonly ignored: Readonly<Record<string, number>>;
  /** Cluster names that the rows themselves state (Container Insights), each once. */
  readonly clusters: readonly string[];
  /** What tells this recording from another, and is the same for every copy and for a longer one; left out where nothing is told of it. */
  readonly recording?: string;
}

/** What the caller knows about an object and its bytes do not say. */
export interface Context {
  /** File or blob name; only a time in it is ever used. */
  readonly name: string;
  /** When a list or a dump was taken, if the caller knows. */
  readonly at: Instant | null;
  /** The node that wrote it; empty or absent: nobody says. */
  readonly node?: string;
  /** Fields and headers that carry correlation ids here, beside those that are known. */
  readonly correlationFields?: readonly string[];
  /** What reads symptoms in lines of logs; absent: `symptomIn`. */
  readonly symptomIn?: SymptomReader;
}

/**
 * Bytes in, facts out, in pieces of any size: a decoder gives the same facts however its input was cut.
 * It never throws on input; what it cannot take is a reject. Memory stays bounded if `take` is called whenever `waiting` is large.
 */
export interface Decoder {
  readonly format: FormatName;
  push(bytes: Uint8Array): void;
  /** No more bytes: what is unfinished now is a reject (or, for an hour still open, simply the end). */
  end(): void;
  /** Facts and rejects that wait to be taken. */
  readonly waiting: number;
  /** Hands over what waits, and forgets it. */
  take(): Taken;
}

/** A longer text in a reject would repeat hostile input at length. */
export const REJECT_TEXT = 200;
/** Deeper JSON is refused: no source nests deeper, and a deep one is an attack on the parser's stack. */
export const JSON_DEPTH = 64;
