import { type Ip, parseIp } from '../../base/ip.ts';
import { parsePort } from '../../base/port.ts';

export interface UrlEnd {
  /** null: the host is a name. */
  readonly ip: Ip | null;
  /** Empty: the host is an address. */
  readonly host: string;
  readonly port: number;
}

const PORTS: ReadonlyMap<string, number> = new Map([
  ['http', 80],
  ['https', 443],
  ['ws', 80],
  ['wss', 443],
  ['amqp', 5672],
  ['amqps', 5671],
  ['redis', 6379],
  ['rediss', 6380],
  ['postgres', 5432],
  ['postgresql', 5432],
  ['mysql', 3306],
  ['mongodb', 27_017],
]);

/** Host and port of a URL; the port that its scheme stands for where it states none. User names and secrets in it are left alone. */
export const parseUrl = (text: string): UrlEnd | null => {
  const [, scheme = '', authority = ''] = /^([a-z][a-z0-9+.-]{0,20}):\/\/([^/?#\s]{1,300})/i.exec(text.trim()) ?? [];
  if (authority === '') return null;
  return parseHostPort(authority.slice(authority.lastIndexOf('@') + 1), PORTS.get(scheme.toLowerCase()) ?? 0);
};

/** `host`, `host:port`, `address:port`, `[address]:port`. */
export const parseHostPort = (text: string, orElse = 0): UrlEnd | null => {
  const whole = parseIp(text);
  if (whole.ok) return { ip: whole.value, host: '', port: orElse };
  const [, six, name = '', digits] = /^(?:\[([\da-f:.]+)\]|([^\s:[\]]{1,253}))(?::(\d{1,5}))?$/i.exec(text) ?? [];
  const read = digits === undefined ? null : parsePort(digits);
  if (read !== null && !read.ok) return null;
  const port = read?.value ?? orElse;
  const ip = parseIp(six ?? name);
  if (ip.ok) return { ip: ip.value, host: '', port };
  return six === undefined && name !== '' ? { ip: null, host: name.toLowerCase(), port } : null;
};
