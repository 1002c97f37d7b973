import { type Instant, parseInstant } from '../base/instant.ts';
import { parseIp } from '../base/ip.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { FlowRow } from '../core/ports.ts';
import { renderEndpoint } from './address.ts';

/** One connection as it truly was. */
export interface TruthRow {
  /** As `tupleOf` writes it; a flow with the same one may be this connection. */
  readonly tuple: string;
  readonly begin: Instant;
  /** null: the node itself. */
  readonly podUid: string | null;
  /**
   * Whether whoever knows the true rates names the right workload first, or the chance of it; null where the truth does not say. Where it
   * only tells how probable they find the right one, that is taken: the least that naming the most probable one comes to.
   */
  readonly oracle: number | null;
}

export const tupleOf = (
  srcIp: string,
  srcPort: number | null,
  destIp: string,
  destPort: number,
  protocol: string,
): string => `${srcIp} ${srcPort ?? -1} ${destIp} ${destPort} ${protocol}`;

export const tupleOfFlow = ({
  srcIp,
  srcPort,
  destIp,
  destPort,
  protocol,
}: Pick<FlowRow, 'srcIp' | 'srcPort' | 'destIp' | 'destPort' | 'protocol'>): string =>
  tupleOf(srcIp, srcPort, destIp, destPort, protocol);

/** As `unmasq why` takes it. */
export const wireOf = (tuple: string): string => {
  const [srcIp = '', srcPort = '', destIp = '', destPort = '', protocol = ''] = tuple.split(' ');
  const endpoint = (ip: string, port: string): string => renderEndpoint(ip, port === '-1' ? null : Number(port));
  return `${endpoint(srcIp, srcPort)}-${endpoint(destIp, destPort)}/${protocol}`;
};

/** A line of the truth; fields that it does not know are left alone. */
export const parseTruth = (line: string): Result<TruthRow, string> => {
  let row: Readonly<Record<string, unknown>>;
  try {
    row = JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    return fail('not JSON');
  }
  if (typeof row !== 'object' || row === null) return fail('not a JSON object');
  const { nodeIp, snatPort, destIp, destPort, protocol, begin, podUid, node, oracle, oracleTop1 } = row as Record<
    Field,
    unknown
  >;
  const source = canonicalIp(nodeIp);
  const dest = canonicalIp(destIp);
  if (source === null || dest === null) return fail('nodeIp and destIp must be addresses');
  const at = instantAt(String(begin));
  if (!at.ok) return fail(`begin: ${at.problem}`);
  if (!Number.isInteger(snatPort) || !Number.isInteger(destPort))
    return fail('snatPort and destPort must be whole numbers');
  if (typeof podUid !== 'string' && node !== true) return fail('neither podUid nor node: true');
  return ok({
    tuple: tupleOf(source, snatPort as number, dest, destPort as number, String(protocol)),
    begin: at.value,
    podUid: typeof podUid === 'string' ? podUid : null,
    oracle: chanceOf(oracleTop1) ?? chanceOf(oracle),
  });
};

type Field =
  | 'nodeIp'
  | 'snatPort'
  | 'destIp'
  | 'destPort'
  | 'protocol'
  | 'begin'
  | 'podUid'
  | 'node'
  | 'oracle'
  | 'oracleTop1';

/** A probability, or whether it was right; anything else is not about us. */
const chanceOf = (oracle: unknown): number | null => {
  if (typeof oracle === 'boolean') return oracle ? 1 : 0;
  return typeof oracle === 'number' && oracle >= 0 && oracle <= 1 ? oracle : null;
};

/** Millions of rows name the same few addresses. Forgotten when full: what is not remembered is only read again. */
const REMEMBERED = 65_536;
const addresses = new Map<string, string | null>();

const canonicalIp = (given: unknown): string | null => {
  const text = String(given);
  const known = addresses.get(text);
  if (known !== undefined) return known;
  const ip = parseIp(text);
  const canonical = ip.ok ? ip.value : null;
  if (addresses.size >= REMEMBERED) addresses.clear();
  if (text.length < 64) addresses.set(text, canonical);
  return canonical;
};

const days = new Map<string, number>();
const DAYS_REMEMBERED = 1_000;

/** `2026-11-22T03:04:17.003Z` of a day that was read before, by its digits; everything else as every time is read. */
const instantAt = (text: string): Result<Instant, string> => {
  const ms = text.length === 24 ? msOfDay(text) : -1;
  if (ms < 0) return parseInstant(text);
  const day = text.slice(0, 11);
  const begin = days.get(day);
  if (begin !== undefined) return ok((begin + ms) as Instant);
  const at = parseInstant(text);
  if (days.size >= DAYS_REMEMBERED) days.clear();
  if (at.ok) days.set(day, at.value - ms);
  return at;
};

/** Of `…T03:04:17.003Z`; -1 where it is written otherwise. */
const msOfDay = (text: string): number => {
  const hour = number(text, 11, 2);
  const minute = number(text, 14, 2);
  const second = number(text, 17, 2);
  const ms = number(text, 20, 3);
  const isPlain =
    text[13] === ':' && text[16] === ':' && text[19] === '.' && text[23] === 'Z' && (hour | minute | second | ms) >= 0;
  return isPlain && hour < 24 && minute < 60 && second <= 60 ? ((hour * 60 + minute) * 60 + second) * 1_000 + ms : -1;
};

const number = (text: string, from: number, digits: number): number => {
  let n = 0;
  for (let i = from; i < from + digits; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return -1;
    n = n * 10 + digit;
  }
  return n;
};
