import { type Ip, renderIp } from '../../base/ip.ts';
import { keyNumbers } from './key-numbers.ts';

/** The text of addresses that lie as sixteen bytes in a column; each is rendered once. */
export const addressTexts = (): ((bytes: Uint8Array, words: Uint32Array, row: number) => Ip) => {
  const addresses = keyNumbers(4);
  const texts: Ip[] = [];
  return (bytes, words, row) => {
    const number = addresses.numberOf(words, row * 4);
    if (number === texts.length) texts.push(renderIp(bytes, row * 16));
    return texts[number] as Ip;
  };
};
