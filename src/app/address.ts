import { type Cidr, type Ip, parseCidr, parseIp, writeIp } from '../base/ip.ts';

/** First and last address, as bytes: they are compared with every flow that is listed. */
interface Block {
  readonly first: Uint8Array;
  readonly last: Uint8Array;
}

const block = (text: string): Block => {
  const cidr = parseCidr(text);
  if (!cidr.ok) throw new Error(cidr.problem);
  return { first: bytesOf(cidr.value.first), last: bytesOf(cidr.value.last) };
};

const bytesOf = (ip: string): Uint8Array => {
  const bytes = new Uint8Array(16);
  writeIp(ip, bytes, 0);
  return bytes;
};

/** RFC 1918, RFC 6598 and RFC 4193: addresses that stay inside a network, unlike those a load balancer or NAT gateway sends on. */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'].map(block);
/** Loopback, link-local and unspecified: never a destination on a wire that is logged. */
const LOCAL = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '::/127', 'fe80::/10'].map(block);

const isIn = (ip: string, blocks: readonly Block[]): boolean => {
  const at = bytesOf(ip);
  return blocks.some(({ first, last }) => compare(first, at) <= 0 && compare(at, last) <= 0);
};

const isPrivate = (ip: string): boolean => isIn(ip, PRIVATE);
export const isPublic = (ip: string): boolean => !isPrivate(ip) && !isIn(ip, LOCAL);

/** The block that holds one address only. */
export const only = (ip: Ip): Cidr => ({ first: ip, last: ip });

/** An address with or without a port: `10.0.0.1`, `10.0.0.1:443`, `[2001:db8::1]:443`; undefined when it is neither. */
export const parseEndpoint = (text: string): { readonly ip: Ip; readonly port: number | null } | undefined => {
  const bare = parseIp(text);
  if (bare.ok) return { ip: bare.value, port: null };
  const m = /^(?:\[([0-9a-fA-F:.]{2,45})\]|(\d{1,3}(?:\.\d{1,3}){3}))(?::(\d{1,5}))?$/.exec(text);
  if (m === null) return undefined;
  const ip = parseIp((m[1] ?? m[2]) as string);
  const port = m[3] === undefined ? null : Number(m[3]);
  return ip.ok && (port === null || port <= 65_535) ? { ip: ip.value, port } : undefined;
};

/** IPv6 in brackets, so that the port cannot be read as a group. */
export const renderEndpoint = (ip: string, port: number | null): string => {
  const host = ip.includes(':') ? `[${ip}]` : ip;
  return port === null ? ip : `${host}:${port}`;
};

const compare = (a: Uint8Array, b: Uint8Array): number => {
  for (let i = 0; i < 16; i++) if (a[i] !== b[i]) return (a[i] as number) - (b[i] as number);
  return 0;
};
