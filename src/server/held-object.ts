import { each } from '../base/each.ts';
import type { Result } from '../base/result.ts';
import type { ByteObject } from '../core/ports.ts';

/** An object that is in memory up to `most` bytes; `isWhole`: all of it is, and it may be read again. */
export interface HeldObject {
  readonly object: ByteObject;
  readonly isWhole: boolean;
}

/** Reads on until the end, or until more than `most` bytes are there: then the rest is read when the object is. */
export const heldObject = async (object: ByteObject, most: number): Promise<HeldObject> => {
  const pieces: Result<Uint8Array, string>[] = [];
  const reading = object.read()[Symbol.asyncIterator]();
  let bytes = 0;
  while (bytes <= most) {
    const next = await reading.next();
    if (next.done === true) return { object: { ...object, read: () => each(pieces) }, isWhole: true };
    pieces.push(next.value);
    bytes += next.value.ok ? next.value.value.length : 0;
  }
  const read = async function* (): AsyncGenerator<Result<Uint8Array, string>> {
    yield* pieces;
    yield* { [Symbol.asyncIterator]: () => reading };
  };
  return { object: { ...object, read }, isWhole: false };
};
