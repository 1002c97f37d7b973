import { type Ip, renderIp } from '../../base/ip.ts';

/** The text of addresses that lie as sixteen bytes in a column; each is rendered once. */
export const addressTexts = (): ((bytes: Uint8Array, words: Uint32Array, row: number) => Ip) => {
  let slots = 1 << 12;
  let keys = new Uint32Array(slots * 4);
  let texts: (Ip | undefined)[] = Array.from({ length: slots });
  let count = 0;
  const slotOf = (a: number, b: number, c: number, d: number): number => {
    let slot = (Math.imul(d ^ (c << 7), 0x9e37_79b1) ^ Math.imul(a ^ b, 0x85eb_ca6b)) >>> 0;
    for (slot = (slot ^ (slot >>> 15)) & (slots - 1); ; slot = (slot + 1) & (slots - 1)) {
      if (texts[slot] === undefined) return slot;
      if (keys[slot * 4 + 3] === d && keys[slot * 4 + 2] === c && keys[slot * 4 + 1] === b && keys[slot * 4] === a)
        return slot;
    }
  };
  const put = (slot: number, a: number, b: number, c: number, d: number, text: Ip): void => {
    keys[slot * 4] = a;
    keys[slot * 4 + 1] = b;
    keys[slot * 4 + 2] = c;
    keys[slot * 4 + 3] = d;
    texts[slot] = text;
  };
  const widen = (): void => {
    const [oldKeys, oldTexts] = [keys, texts];
    slots *= 2;
    keys = new Uint32Array(slots * 4);
    texts = Array.from({ length: slots });
    for (const [old, text] of oldTexts.entries()) {
      if (text === undefined) continue;
      const [a, b, c, d] = oldKeys.subarray(old * 4, old * 4 + 4) as unknown as [number, number, number, number];
      put(slotOf(a, b, c, d), a, b, c, d, text);
    }
  };
  return (bytes, words, row) => {
    const a = words[row * 4] as number;
    const b = words[row * 4 + 1] as number;
    const c = words[row * 4 + 2] as number;
    const d = words[row * 4 + 3] as number;
    const slot = slotOf(a, b, c, d);
    const known = texts[slot];
    if (known !== undefined) return known;
    const text = renderIp(bytes, row * 16);
    put(slot, a, b, c, d, text);
    if (++count * 2 > slots) widen();
    return text;
  };
};
