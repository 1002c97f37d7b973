import { type Instant, instantOf, parseInstant } from '../base/instant.ts';
import { ok, type Result } from '../base/result.ts';
import { parseEndpoint } from './address.ts';
import { type Connection, ipOf } from './connection.ts';

/** Deeper nesting is not where a log row keeps its addresses. */
const MAX_DEPTH = 6;

/** A row of a table or a structured log: AZFWNetworkRule, NTANetAnalytics, AppDependencies, a flow of unmasq's own. */
export const readPastedJson = (line: string, at: Instant | null): Result<Connection, string> | undefined => {
  const begin = line.indexOf('{');
  const end = line.lastIndexOf('}');
  if (begin < 0 || end < begin) return undefined;
  let row: unknown;
  try {
    row = JSON.parse(line.slice(begin, end + 1));
  } catch {
    return undefined;
  }
  const fields = new Map<string, string>();
  flatten(row, fields, 0);
  const first = (...keys: readonly string[]): string | undefined => {
    const key = keys.find((k) => (fields.get(k) ?? '') !== '');
    return key === undefined ? undefined : fields.get(key);
  };
  // Traffic Analytics packs public destinations: `203.0.113.66|12|0|…`, several parted by blanks.
  const packed = first('destpublicips')?.split(/[|\s]/)[0];
  const dest = parseEndpoint(
    first(
      'destinationip',
      'destip',
      'dstip',
      'dest',
      'dst',
      'destination',
      'destinationaddress',
      'serveraddress',
      'netpeerip',
      'remoteip',
      'target',
    ) ??
      packed ??
      '',
  );
  if (dest === undefined) return undefined;
  const protocol = first('protocol', 'proto', 'l4protocol')?.toLowerCase() ?? '';
  return ok({
    form: 'a JSON row',
    destIp: dest.ip,
    destPort:
      dest.port ?? portOf(first('destinationport', 'destport', 'dstport', 'dport', 'serverport', 'netpeerport')),
    srcIp: ipOf(first('sourceip', 'srcip', 'src', 'source', 'sourceaddress')),
    srcPort: portOf(first('sourceport', 'srcport', 'sport', 'snatport')),
    protocol: /^(?:t|tcp|6)$/.test(protocol) ? 'tcp' : /^(?:u|udp|17)$/.test(protocol) ? 'udp' : null,
    at: timeOf(first('flowstarttime', 'begin', 'timegenerated', 'timestamp', 'time', 'flowintervalstarttime')) ?? at,
  });
};

const portOf = (text: string | undefined): number | null => {
  const n = Number(text);
  return text !== undefined && text !== '' && Number.isInteger(n) && n > 0 && n <= 65_535 ? n : null;
};

const timeOf = (text: string | undefined): Instant | null => {
  if (text === undefined) return null;
  const at = /^\d{10}$|^\d{13}$/.test(text)
    ? instantOf(Number(text) * (text.length === 10 ? 1_000 : 1))
    : parseInstant(text);
  return at.ok ? at.value : null;
};

/** Column names lose case, dots, underscores and the type suffix of a custom table (`SrcIP_s`); the outermost wins. */
const flatten = (value: unknown, into: Map<string, string>, depth: number): void => {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return;
  const inner: unknown[] = [];
  for (const [key, member] of Object.entries(value)) {
    if (typeof member === 'object') inner.push(member);
    else {
      const name = key
        .replace(/_[sdtgb]$/, '')
        .replace(/[._\s-]/g, '')
        .toLowerCase();
      if (!into.has(name)) into.set(name, String(member).trim());
    }
  }
  for (const member of inner) flatten(member, into, depth + 1);
};
