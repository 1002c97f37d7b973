import { type Cidr, compareIp, type Ip, parseCidr } from './ip.ts';

/** Addresses that mean something only inside an organisation's own networks: RFC 1918, 4193, 6598, 3927, 4291. */
const PRIVATE_BLOCKS = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
  'fc00::/7',
  'fe80::/10',
] as const;

/** Addresses that a packet to another machine never carries: loopback, link-local IPv6, multicast, reserved. */
const LOCAL_BLOCKS = ['127.0.0.0/8', '224.0.0.0/3', '::1/128', 'fe80::/10', 'ff00::/8'] as const;

const blocks = (texts: readonly string[]): Cidr[] =>
  texts.map((text) => {
    const block = parseCidr(text);
    if (!block.ok) throw new Error(block.problem);
    return block.value;
  });

export const PRIVATE = blocks(PRIVATE_BLOCKS);
const LOCAL = blocks(LOCAL_BLOCKS);

export const isInside = (ip: Ip, block: Cidr): boolean =>
  compareIp(block.first, ip) <= 0 && compareIp(ip, block.last) <= 0;
export const isPrivate = (ip: Ip): boolean => PRIVATE.some((block) => isInside(ip, block));
export const isLocal = (ip: Ip): boolean => LOCAL.some((block) => isInside(ip, block));
