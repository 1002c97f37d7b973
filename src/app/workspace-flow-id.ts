import type { Instant } from '../base/instant.ts';

/**
 * A name for a row of Traffic Analytics in the form of a flow's id: the same row has the same one. No store knows it, so nothing else can be
 * asked of it. FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/
 */
export const flowIdOf = (tuple: string, begin: Instant): string => {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(tuple)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return `f_${hash.toString(36).padStart(13, '0')}${begin.toString(36).padStart(9, '0')}`;
};
