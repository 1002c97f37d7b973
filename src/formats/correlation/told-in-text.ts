import { type Ip, parseIp } from '../../base/ip.ts';
import { parsePort } from '../../base/port.ts';
import type { RoleOf } from './correlation-fields.ts';
import { GatheredIds } from './gathered-ids.ts';
import { parseHostPort, parseUrl } from './url.ts';

/** An address and a port; either may be missing. */
export interface End {
  readonly ip: Ip | null;
  readonly port: number;
}

/** What a line of a log tells of a request and of the connection it is about. */
export interface ToldInText {
  readonly ids: GatheredIds;
  readonly dest: (End & { readonly host: string }) | null;
  readonly local: End | null;
}

/** What is looked at of a line: the longest that Container Insights keeps. */
const LOOKED_AT = 65_536;
/** Objects inside objects of a structured line. */
const DEPTH = 4;
const FIELDS = 400;

/** Fields of a structured line that name the far end. What it calls a peer, a remote or a server may be either end of a request. */
const DESTS = ['destination.ip', 'destination.address', 'dest_ip', 'dst_ip', 'upstream_host', 'upstream_addr'];
const DEST_PORTS = ['destination.port', 'dest_port', 'dst_port'];
const URLS = ['url.full', 'http.url'];

/** Fields that name the far end only where the line tells that a call failed: elsewhere `url` is as often what was asked of the writer. Node's errors have `address` and `hostname`. */
const DESTS_OF_FAILED = ['address', 'hostname'].flatMap((name) => [`err.${name}`, `error.${name}`]);
const DEST_PORTS_OF_FAILED = ['err.port', 'error.port'];
const URLS_OF_FAILED = ['url', 'uri', 'config.url', 'request.url'].flatMap((name) => [
  name,
  `err.${name}`,
  `error.${name}`,
]);
/** Who writes of these was called itself: a line of its own access log. */
const CALLER = /^(?:.*\.)?(?:remote|client|peer)[._]?(?:ip|addr|address)$/i;

/** A line as a program wrote it: JSON, or words. `isFailed`: it tells that a call failed. */
export const toldInText = (text: string, roleOf: RoleOf, isFailed = false): ToldInText => {
  const line = text.slice(0, LOOKED_AT);
  const fields = line.trimStart().startsWith('{') ? fieldsOf(line) : null;
  return fields === null ? toldInWords(line, roleOf) : toldInFields(fields, roleOf, isFailed);
};

const fieldsOf = (line: string): ReadonlyMap<string, string> | null => {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  const fields = new Map<string, string>();
  const walk = (object: unknown, path: string, depth: number): void => {
    if (typeof object !== 'object' || object === null || depth > DEPTH) return;
    for (const [name, member] of Object.entries(object)) {
      if (fields.size >= FIELDS) return;
      const at = path === '' ? name : `${path}.${name}`;
      if (typeof member === 'string' || typeof member === 'number') fields.set(at, String(member));
      else walk(member, at, depth + 1);
    }
  };
  walk(value, '', 1);
  return fields;
};

const toldInFields = (fields: ReadonlyMap<string, string>, roleOf: RoleOf, isFailed: boolean): ToldInText => {
  const ids = new GatheredIds();
  const words: ToldInText[] = [];
  for (const [path, value] of fields) {
    // `trace.id` is a path as well as a name; `headers.x-request-id` is known by its last part.
    const role = roleOf(path) ?? roleOf(path.slice(path.lastIndexOf('.') + 1));
    if (role !== null) ids.take(role, value);
    else if (/(?:^|\.)(?:msg|message|error|err)$/i.test(path)) words.push(toldInWords(value, roleOf));
  }
  const told = words.find((one) => one.ids.any);
  return {
    ids: ids.any || told === undefined ? ids : told.ids,
    dest:
      destInFields(fields) ?? words.find((one) => one.dest !== null)?.dest ?? (isFailed ? destOfFailed(fields) : null),
    local: words.find((one) => one.local !== null)?.local ?? null,
  };
};

const destInFields = (fields: ReadonlyMap<string, string>): ToldInText['dest'] =>
  destNamed(fields, DESTS, DEST_PORTS, URLS);

const destOfFailed = (fields: ReadonlyMap<string, string>): ToldInText['dest'] =>
  [...fields.keys()].some((path) => CALLER.test(path))
    ? null
    : destNamed(fields, DESTS_OF_FAILED, DEST_PORTS_OF_FAILED, URLS_OF_FAILED);

const destNamed = (
  fields: ReadonlyMap<string, string>,
  dests: readonly string[],
  ports: readonly string[],
  urls: readonly string[],
): ToldInText['dest'] => {
  const first = (names: readonly string[]): string => fields.get(names.find((name) => fields.has(name)) ?? '') ?? '';
  const end = parseHostPort(first(dests));
  const url = parseUrl(first(urls));
  const port = parsePort(first(ports));
  if (end === null && url === null) return null;
  return {
    ip: end?.ip ?? url?.ip ?? null,
    port: port.ok ? port.value : (end?.port ?? 0) || (url?.port ?? 0),
    host: url?.host ?? end?.host ?? '',
  };
};

const IPV4 = String.raw`\d{1,3}(?:\.\d{1,3}){3}`;
const ENDPOINT = new RegExp(String.raw`(?<![\w.:\]])(?:(${IPV4})|\[([\da-fA-F:.]{2,45})\]):(\d{1,5})(?![\w.])`, 'g');
/** Go's own errors: `dial tcp 10.244.1.7:41822->203.0.113.66:443: i/o timeout`. */
const ARROW = /(\S{1,60}:\d{1,5})->(\S{1,60}:\d{1,5})/;
/** `trace_id=…`, `"traceId": "…"`, `X-Request-Id: …`; the name and the value, whatever stands around them. */
const PAIR = /([A-Za-z][\w.-]{1,60})["']?\s{0,3}[=:]\s{0,3}["']?([^\s"',;[\](){}<>]{6,256})/g;
const TRACEPARENT = /(?<![\w-])[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}(?![\w-])/i;

const toldInWords = (line: string, roleOf: RoleOf): ToldInText => {
  const ids = new GatheredIds();
  const context = TRACEPARENT.exec(line)?.[0];
  if (context !== undefined) ids.take('context', context);
  for (const [, name = '', value = ''] of line.matchAll(PAIR)) {
    const role = roleOf(name);
    if (role !== null) ids.take(role, value);
  }
  const [, near = '', far = ''] = ARROW.exec(line) ?? [];
  const [local, dest] = [parseHostPort(near), parseHostPort(far)];
  if (dest !== null && dest.ip !== null) return { ids, dest, local };
  return { ids, dest: onlyEndpoint(line) ?? onlyUrl(line), local: null };
};

/** An address in a line is as often who called, or where a server listens. Only what such a word leads to was called. */
const CALLS = /\b(?:to|connect\w*|dial\w*|tcp|udp|upstream|dest\w*|calling|fetch\w*|get|post|put|patch|delete|head)\b/i;
const TAKES = /\b(?:from|listen\w*|accept\w*|client|bind\w*|bound|local|serv\w+|start\w*)\b/i;
const LEAD = 28;

const isCalled = (line: string, at: number): boolean => {
  const lead = line.slice(Math.max(0, at - LEAD), at);
  return CALLS.test(lead) && !TAKES.test(lead);
};

/** Two different ones leave open which of them is the far end. */
const onlyEndpoint = (line: string): ToldInText['dest'] => {
  const found = new Map<string, End & { readonly at: number }>();
  for (const { 0: text, 1: four, 2: six, 3: port, index } of line.matchAll(ENDPOINT)) {
    const ip = parseIp(four ?? six ?? '');
    const number = parsePort(port ?? '');
    if (ip.ok && number.ok && !isLoopback(ip.value) && !found.has(text))
      found.set(text, { ip: ip.value, port: number.value, at: index });
  }
  const [end] = found.values();
  return end === undefined || found.size > 1 || !isCalled(line, end.at)
    ? null
    : { ip: end.ip, port: end.port, host: '' };
};

const onlyUrl = (line: string): ToldInText['dest'] => {
  const urls = new Map([...line.matchAll(/https?:\/\/[^\s"'<>]{1,300}/gi)].map(({ 0: url, index }) => [url, index]));
  const [found] = urls;
  if (found === undefined || urls.size > 1 || !isCalled(line, found[1])) return null;
  return parseUrl(found[0]);
};

export const isLoopback = (ip: Ip): boolean => ip.startsWith('127.') || ip === '::1';
