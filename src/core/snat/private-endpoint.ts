import { parseIp } from '../../base/ip.ts';
import type { Demand } from './plan.ts';

interface Place {
  readonly host: string;
  readonly port: string | null;
  readonly protocol: string | null;
}

/** `203.0.113.66`, `203.0.113.66:443`, `[2001:db8::1]:443`, `shop.blob.core.windows.net`; `/udp` behind each. */
const placeOf = (text: string): Place => {
  const [, end = '', protocol = null] = /^(.*?)(?:\/(tcp|udp))?$/.exec(text) ?? [];
  const [, name = end, port = null] = parseIp(end).ok ? [] : (/^(.+?)(?::(\d{1,5}))?$/.exec(end) ?? []);
  const ip = parseIp(name.replace(/^\[(.*)\]$/, '$1'));
  return { host: ip.ok ? ip.value : name.toLowerCase(), port: port ?? null, protocol };
};

/** Whether what goes to `dest` goes to the private endpoint: one without a port takes every port of its address, one without a protocol both. */
export const isTakenBy = (endpoint: string, { dest, protocol }: Pick<Demand, 'dest' | 'protocol'>): boolean => {
  if (dest === null) return false;
  const [asked, given] = [placeOf(endpoint), placeOf(dest)];
  return (
    asked.host === given.host &&
    (asked.port === null || asked.port === given.port) &&
    (asked.protocol === null || asked.protocol === protocol)
  );
};
