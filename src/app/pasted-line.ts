import { type Instant, instantOf, parseInstant } from '../base/instant.ts';
import type { Ip } from '../base/ip.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { parseEndpoint } from './address.ts';
import { type Connection, ipOf } from './connection.ts';
import { readPastedJson } from './pasted-json.ts';

/**
 * The connection that a pasted line speaks of. Every pattern is bounded and looked for in pieces of the line,
 * so that time stays proportional to length.
 */
export const readPasted = (line: string): Result<Connection, string> => {
  const at = timeIn(line);
  const found =
    readPastedJson(line, at) ?? flowTuple(line) ?? conntrack(line, at) ?? packetFilter(line, at) ?? prose(line, at);
  return found ?? fail('no address was found in what was pasted');
};

const port = (text: string | undefined): number | null =>
  text !== undefined && /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : null;

const protocolOf = (text: string): string | null =>
  /^(?:t|tcp|6)$/i.test(text) ? 'tcp' : /^(?:u|udp|17)$/i.test(text) ? 'udp' : null;

/** `1763780657003,10.224.0.4,203.0.113.66,41822,443,6,O,B,…` (VNet) or `1763780657,…,T,O,A,B,…` (NSG). */
const flowTuple = (line: string): Result<Connection, string> | undefined => {
  for (const word of line.split(/[\s"'[\]]+/)) {
    const fields = word.split(',');
    if (fields.length < 7 || !/^\d{10}(?:\d{3})?$/.test(fields[0] as string) || !/^[IO]$/.test(fields[6] as string))
      continue;
    const [time = '', src, dest, srcPort, destPort, protocol = ''] = fields;
    const destIp = ipOf(dest);
    if (destIp === null) continue;
    const at = instantOf(Number(time) * (time.length === 10 ? 1_000 : 1));
    return ok({
      form: time.length === 10 ? 'a tuple of an NSG flow log' : 'a tuple of a VNet flow log',
      destIp,
      destPort: port(destPort),
      srcIp: ipOf(src),
      srcPort: port(srcPort),
      protocol: protocolOf(protocol),
      at: at.ok ? at.value : null,
    });
  }
  return undefined;
};

const valuesOf = (line: string, key: string): readonly string[] =>
  line
    .split(/[\s,;|"']+/)
    .flatMap((word) => (word.toLowerCase().startsWith(`${key}=`) ? [word.slice(key.length + 1)] : []));

/** The wire side of an entry is its reply, turned round: there stand the destination after DNAT and the source after SNAT. */
const conntrack = (line: string, at: Instant | null): Result<Connection, string> | undefined => {
  const [src, dst, sport, dport] = ['src', 'dst', 'sport', 'dport'].map((key) => valuesOf(line, key)) as [
    readonly string[],
    readonly string[],
    readonly string[],
    readonly string[],
  ];
  const both = src.length > 1 && dst.length > 1;
  const destIp = ipOf(both ? src[1] : dst[0]);
  if (src.length === 0 || destIp === null || sport.length === 0) return undefined;
  return ok({
    form: 'a conntrack line',
    destIp,
    destPort: port(both ? sport[1] : dport[0]),
    srcIp: ipOf(both ? dst[1] : src[0]),
    srcPort: port(both ? dport[1] : sport[0]),
    protocol: protocolOf(/\b(tcp|udp)\b/i.exec(line.slice(0, 200))?.[1] ?? ''),
    at,
  });
};

/** Netfilter's LOG target, ufw, and those firewalls that write the same words. */
const packetFilter = (line: string, at: Instant | null): Result<Connection, string> | undefined => {
  const first = (...keys: readonly string[]): string | undefined => keys.flatMap((key) => valuesOf(line, key))[0];
  const destIp = ipOf(first('dst', 'dstip', 'dest', 'dest_ip', 'destination'));
  if (destIp === null) return undefined;
  return ok({
    form: 'a firewall line',
    destIp,
    destPort: port(first('dpt', 'dstport', 'dport', 'dest_port')),
    srcIp: ipOf(first('src', 'srcip', 'source', 'src_ip')),
    srcPort: port(first('spt', 'srcport', 'sport', 'src_port')),
    protocol: protocolOf(first('proto', 'protocol') ?? ''),
    at,
  });
};

interface Mention {
  readonly ip: Ip;
  readonly port: number | null;
  /** What stands before it: up to 32 characters. */
  readonly before: string;
}

/** `TCP request from 10.224.0.4:41822 to 203.0.113.66:443`, `connect to 203.0.113.66:443 failed`, `A:1 -> B:2`. */
const prose = (line: string, at: Instant | null): Result<Connection, string> | undefined => {
  const mentions = mentionsIn(line);
  const distinct = [...new Map(mentions.map((m) => [`${m.ip} ${m.port}`, m])).values()];
  if (distinct.length === 0) return undefined;
  const dest =
    distinct.find((m) =>
      /(?:\b(?:to|dst|dest|destination|upstream|target|host|connect|dial tcp|server)\b\W{0,4}(?:[a-z]{2,8}:\/\/)?|->\s*|→\s*)$/i.test(
        m.before,
      ),
    ) ??
    (distinct.length === 1 ? distinct[0] : undefined) ??
    (distinct.length === 2 && /\bfrom\W{0,3}$/i.test(distinct[0]?.before ?? '') ? distinct[1] : undefined);
  if (dest === undefined) {
    const names = distinct
      .slice(0, 5)
      .map((m) => m.ip)
      .join(', ');
    return fail(
      `${distinct.length} addresses were found and none is plainly the destination: ${names}; give the one that is meant`,
    );
  }
  const others = distinct.filter((m) => m.ip !== dest.ip);
  const src =
    others.length === 1 ? others[0] : others.find((m) => /\b(?:from|src|source|client)\W{0,3}$/i.test(m.before));
  const words = line.slice(0, 4_096);
  return ok({
    form: 'a log line',
    destIp: dest.ip,
    destPort: dest.port,
    srcIp: src?.ip ?? null,
    srcPort: src?.port ?? null,
    protocol: protocolOf(/\b(tcp|udp)\b/i.exec(words)?.[1] ?? ''),
    at,
  });
};

const mentionsIn = (line: string): readonly Mention[] => {
  const mentions: Mention[] = [];
  for (const m of line.matchAll(/[0-9a-fA-F:.[\]]{2,60}/g)) {
    const word = m[0].replace(/^[:.\]]+(?!:)/, '').replace(/[.:]+$/, '');
    const endpoint = word.includes('.') || word.includes(':') ? parseEndpoint(word) : undefined;
    if (endpoint !== undefined && endpoint.ip !== '::') {
      mentions.push({ ...endpoint, before: line.slice(Math.max(0, m.index - 32), m.index) });
    }
  }
  return mentions;
};

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `[23/Nov/2026:04:04:17 +0100]`, as web servers write it (https://httpd.apache.org/docs/2.4/logs.html#common). */
const accessLogTime = (line: string): string | null => {
  const m = /\b(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}:\d{2}:\d{2}) ([+-]\d{4})/.exec(line);
  if (m === null) return null;
  const month = String(MONTHS.indexOf(m[2] as string) + 1).padStart(2, '0');
  return `${m[3]}-${month}-${m[1]}T${m[4]}${m[5]}`;
};

/**
 * RFC 3339 anywhere, a web server's, or the `[1763780657.003123]` that `conntrack -o timestamp` and the kernel log write.
 * A time that tells no zone is left: an answer about another hour is worse than one about all there is.
 */
const timeIn = (line: string): Instant | null => {
  const written =
    /\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})/.exec(line)?.[0] ?? accessLogTime(line);
  if (written !== null) {
    const at = parseInstant(written.replace(' ', 'T'));
    if (at.ok) return at.value;
  }
  const stamped = /\[\s{0,4}(\d{10})\.(\d{3})\d{0,6}\s{0,4}\]/.exec(line);
  if (stamped === null) return null;
  const at = instantOf(Number(stamped[1]) * 1_000 + Number(stamped[2]));
  return at.ok ? at.value : null;
};
