import { IP_BYTES } from '../base/ip.ts';

/**
 * For each row the address on our side: the sender's where it is private, else the receiver's where that is, else the sender's.
 * It decides the shard, and depends on the row alone, so that what belongs together meets on one shard whatever arrives first.
 */
export const hostSide = (senders: Uint8Array, receivers: Uint8Array, rows: number): Uint8Array => {
  const hosts = senders.slice(0, rows * IP_BYTES);
  for (let at = 0; at < hosts.length; at += IP_BYTES) {
    if (!isPrivateAt(senders, at) && isPrivateAt(receivers, at)) hosts.set(receivers.subarray(at, at + IP_BYTES), at);
  }
  return hosts;
};

/** The blocks of `base/address-block.ts`, on bytes. */
export const isPrivateAt = (bytes: Uint8Array, at: number): boolean => {
  if (!isMappedAt(bytes, at)) {
    const first = bytes[at] as number;
    return (first & 0xfe) === 0xfc || (first === 0xfe && ((bytes[at + 1] as number) & 0xc0) === 0x80);
  }
  const a = bytes[at + 12] as number;
  const b = bytes[at + 13] as number;
  return (
    a === 10 ||
    (a === 172 && (b & 0xf0) === 16) ||
    (a === 192 && b === 168) ||
    (a === 100 && (b & 0xc0) === 64) ||
    (a === 169 && b === 254)
  );
};

const isMappedAt = (bytes: Uint8Array, at: number): boolean => {
  for (let i = 0; i < 10; i++) if (bytes[at + i] !== 0) return false;
  return bytes[at + 10] === 0xff && bytes[at + 11] === 0xff;
};
