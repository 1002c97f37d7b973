import { fail, ok, type Result } from '../base/result.ts';
import type { FormatName } from '../core/facts.ts';
import { readerOf, typeIn } from './azure-resource/read-resource.ts';
import { outlineOf } from './json/outline.ts';
import { REMARK_LINE } from './conntrack/remark-lines.ts';
import { CsvReader } from './log-analytics/csv-reader.ts';
import { columnName, recogniseTable, TABLES } from './log-analytics/recognise-table.ts';

/** How much of an object's beginning is looked at. */
export const HEAD_BYTES = 65_536;

const SUPPORTED =
  'supported are VNet and NSG flow logs, pods, nodes and events as `kubectl get -o json` lists or watches them, conntrack -E and -L, ' +
  `traces and logs as OTLP in JSON lines, metrics as \`az monitor metrics list -o json\` writes them, what \`az\` shows and lists of clusters, networks and service tags, and the tables ${TABLES.join(', ')} in JSON or CSV`;

/**
 * The format of an object, from its beginning alone: `head` is at most 64 KiB, already unpacked. `name` is for the refusal only.
 * A refusal says what the object seems to be, and what is supported.
 */
export const recognise = (head: Uint8Array, name: string): Result<FormatName, string> => {
  const bytes = head.subarray(0, HEAD_BYTES);
  const refuse = (what: string): Result<never, string> =>
    fail(`${name === '' ? 'this' : name} is ${what}; ${SUPPORTED}`);
  const binary = protobufKind(bytes) ?? binaryKind(bytes);
  if (binary !== null) return refuse(binary);
  const text = new TextDecoder().decode(bytes).trim();
  if (text === '') return refuse('only white space');
  // A line of `conntrack -E` begins with a bracket as well: `[NEW] tcp …`.
  const found = /^(\{|\[\s*(["{[\]]|$))/.test(text) ? recogniseJson(text) : recogniseText(text);
  return found.ok ? found : refuse(found.problem);
};

const MAGIC: readonly (readonly [readonly number[], string])[] = [
  [[0x1f, 0x8b], 'a gzip inside a gzip: unpack it once'],
  [[0x50, 0x4b, 0x03, 0x04], 'a zip archive: unpack it first'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'packed by zstd: unpack it first'],
  [[0x42, 0x5a, 0x68], 'packed by bzip2: unpack it first'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'packed by xz: unpack it first'],
  [[0xd4, 0xc3, 0xb2, 0xa1], 'a packet capture (pcap)'],
  [[0xa1, 0xb2, 0xc3, 0xd4], 'a packet capture (pcap)'],
  [[0x4d, 0x3c, 0xb2, 0xa1], 'a packet capture (pcap)'],
  [[0xa1, 0xb2, 0x3c, 0x4d], 'a packet capture (pcap)'],
  [[0x0a, 0x0d, 0x0d, 0x0a], 'a packet capture (pcapng)'],
  [[0x50, 0x41, 0x52, 0x31], 'a Parquet file: export JSON or CSV'],
  [[0xff, 0xfe], 'UTF-16 text, as PowerShell 5 writes with `>`: save it as UTF-8'],
  [[0xfe, 0xff], 'UTF-16 text: save it as UTF-8'],
];

const binaryKind = (bytes: Uint8Array): string | null => {
  if (bytes.length === 0) return 'empty';
  const known = MAGIC.find(([magic]) => magic.every((byte, i) => bytes[i] === byte));
  if (known !== undefined) return known[1];
  return bytes.includes(0) ? 'binary: it holds NUL bytes' : null;
};

/**
 * OTLP as protobuf: a message whose first field is a list of resources, whose first field is a resource with attributes. The Collector's
 * file exporter puts the length of each message before it.
 */
const protobufKind = (bytes: Uint8Array): string | null => {
  if (!bytes.subarray(0, 4_096).some((byte) => byte < 0x09)) return null;
  for (const from of [0, 4]) {
    const tags = [...bytes.subarray(from, from + 12)].filter((byte) => byte === 0x0a).length;
    const names = new TextDecoder().decode(bytes.subarray(0, 4_096));
    if (bytes[from] === 0x0a && tags >= 2 && /(?:service|telemetry|k8s|host)\.[a-z.]+/.test(names))
      return 'OTLP as protobuf: set `format: json` in the file exporter of the Collector';
  }
  return null;
};

const recogniseText = (text: string): Result<FormatName, string> => {
  if (/^<!doctype html|^<html/i.test(text))
    return fail('an HTML page: perhaps a login page was saved in the place of the export');
  if (text.startsWith('<')) return fail('XML');
  const table = recogniseCsv(text);
  if (table !== null) return table;
  const lines = text.split('\n', 200);
  if (lines.some((line) => line.includes(' src=') && line.includes(' dst='))) return ok('conntrack');
  // A recorder had nothing to tell but that it listened.
  if (lines.some((line) => REMARK_LINE.test(line))) return ok('conntrack');
  // What the tool says when it prints no entry at all.
  if (/^conntrack v\d/.test(text)) return ok('conntrack');
  if (/^(---\s+)?(apiVersion|kind|items):/.test(text)) return fail('YAML: ask kubectl for `-o json`');
  if (/^(NAMESPACE\s+)?NAME\s+(READY|STATUS)\s/.test(text))
    return fail("kubectl's table for people: ask kubectl for `-o json`");
  if (text.startsWith('%PDF-')) return fail('a PDF: export the rows as JSON or CSV');
  return fail('plain text of no known kind');
};

const recogniseCsv = (text: string): Result<FormatName, string> | null => {
  const records: (readonly string[])[] = [];
  const reader = new CsvReader({ record: (fields) => void records.push(fields), refused: () => undefined });
  reader.push(`${text}\n`);
  const [header, first] = records;
  if (header === undefined || header.length < 2) return null;
  const names = header.map(columnName);
  const stated = ['Type', 'TableName', 'itemType'].flatMap((column) => first?.[names.indexOf(column)] ?? []);
  return recogniseTable(new Set(names), stated);
};

const recogniseJson = (text: string): Result<FormatName, string> => {
  const outline = outlineOf(text);
  const first = (path: string): string | undefined => outline.get(path)?.[0];
  // The elements of one list, or documents one after another.
  const at = text.startsWith('[') ? '[].' : '';
  const found =
    flowLog(outline, at) ??
    otlp(outline, at) ??
    metrics(outline, at) ??
    kubernetes(outline, at) ??
    resources(outline, at) ??
    tables(outline, at);
  if (found !== null) return found;
  if (outline.has('error.code') || outline.has('error.message'))
    return fail(`an error of an API: ${first('error.message') ?? first('error.code')}`);
  const names = topNames(outline).slice(0, 8);
  return fail(
    names.length === 0
      ? 'JSON that holds no named value: nothing tells of what it is'
      : `JSON of no known kind (it has ${names.join(', ')})`,
  );
};

type Outline = ReadonlyMap<string, readonly string[]>;

const flowLog = (outline: Outline, at: string): Result<FormatName, string> | null => {
  const held = `${at}records`;
  const records = outline.has(held);
  const record = records ? `${held}[].` : at;
  const category = outline.get(`${record}category`)?.[0];
  const has = (path: string): boolean => outline.has(`${record}${path}`);
  if (category === 'FlowLogFlowEvent' || has('flowLogVersion') || has('flowRecords')) return ok('vnet-flow-log');
  if (category === 'NetworkSecurityGroupFlowEvent' || has('properties.flows')) return ok('nsg-flow-log');
  if (!records) return null;
  if (category !== undefined) return fail(`a diagnostic log of the category ${category.slice(0, 60)}`);
  // An hour in which nothing was logged yet, or only its opening block.
  return outline.has(`${held}[]`) ? null : ok('vnet-flow-log');
};

/** https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/ */
const otlp = (outline: Outline, at: string): Result<FormatName, string> | null => {
  const has = (path: string): boolean => outline.has(at + path);
  // Metrics and profiles are OTLP too, and of no use here: the decoder counts them by name.
  if (['resourceSpans', 'resourceLogs', 'resourceMetrics', 'resourceProfiles'].some(has)) return ok('otlp');
  if (has('resource_spans') || has('resource_logs') || has('batches[].instrumentationLibrarySpans'))
    return fail('OTLP under other names than the standard has: write it with the file exporter of the Collector');
  if (has('data[].spans') && has('data[].processes')) return fail("Jaeger's own JSON: let a Collector write OTLP");
  return null;
};

/** https://learn.microsoft.com/rest/api/monitor/metrics/list */
const metrics = (outline: Outline, at: string): Result<FormatName, string> | null =>
  ['value[]', 'values[].value[]'].some(
    (of) => outline.has(`${at}${of}.timeseries`) && outline.has(`${at}${of}.name.value`),
  )
    ? ok('azure-metrics')
    : null;

/** What `az` shows and lists; `at` is `[].` in a list, and `value[].` in an answer of the REST API. */
const resources = (outline: Outline, at: string): Result<FormatName, string> | null => {
  if (outline.has(`${at}values[].properties.addressPrefixes`) || outline.has(`${at}values[].addressPrefixes`))
    return ok('azure-resource');
  const types = [at, `${at}value[].`].flatMap((of) => idsOf(outline, of)).map(typeIn);
  if (types.some((type) => readerOf(type) !== undefined)) return ok('azure-resource');
  const other = types.find((type) => type !== '');
  return other === undefined
    ? null
    : fail(`an Azure resource of the type ${other.slice(0, 80)}, which says nothing of how packets leave a cluster`);
};

/** Ids of resources. Names are in alphabetical order, and of a large one the beginning has only ids of what is inside: the resource's own is their beginning. */
const idsOf = (outline: Outline, at: string): readonly string[] => {
  const own = outline.get(`${at}id`);
  if (own !== undefined) return own;
  const inside = [...outline]
    .filter(([path]) => path.startsWith(at) && /^(?:properties\.)?\w+\[\]\.id$/.test(path.slice(at.length)))
    .flatMap(([, ids]) => ids);
  return inside.map((id) => id.split('/').slice(0, 9).join('/'));
};

const EVENTS: ReadonlySet<string> = new Set(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR']);

const kubernetes = (outline: Outline, at: string): Result<FormatName, string> | null => {
  const first = (path: string): string | undefined => outline.get(at + path)?.[0];
  const has = (path: string): boolean => outline.has(at + path);
  if (EVENTS.has(first('type') ?? '') && has('object'))
    return ok(first('object.kind') === 'Event' ? 'kubernetes-events' : 'kubernetes-watch');
  const kind = first('kind') ?? '';
  const element = first('items[].kind') ?? (kind === 'List' ? '' : kind.replace(/List$/, ''));
  if (kind === 'Status')
    return fail(`an error of the Kubernetes API: ${first('message') ?? first('reason') ?? 'no message'}`);
  if (element === 'Pod' || has('items[].spec.containers')) return ok('kubernetes-pods');
  if (element === 'Node' || has('items[].status.nodeInfo') || has('items[].spec.providerID'))
    return ok('kubernetes-nodes');
  if (element === 'Event' && ['involvedObject', 'regarding'].some((about) => has(`items[].${about}`) || has(about)))
    return ok('kubernetes-events');
  if (!has('apiVersion')) return null;
  // A list without any.
  if (kind === 'EventList') return ok('kubernetes-events');
  if (element !== '')
    return fail(`a Kubernetes ${(kind === '' ? element : kind).slice(0, 60)}, neither pods, nodes nor events`);
  // `kubectl get -o json` that found nothing: an empty list does not say of what.
  return has('items') ? ok('kubernetes-pods') : null;
};

const tables = (outline: Outline, at: string): Result<FormatName, string> | null => {
  const answered = outline.get(`${at}tables[].columns[].name`);
  if (answered !== undefined)
    return (
      recogniseTable(new Set(answered), []) ??
      fail(`a query's answer with the columns ${answered.slice(0, 8).join(', ')}`)
    );
  const columns = new Set(topNames(outline));
  const stated = ['Type', 'TableName', 'itemType'].flatMap((column) => outline.get(at + column)?.[0] ?? []);
  return recogniseTable(columns, stated);
};

const topNames = (outline: Outline): readonly string[] =>
  [...outline.keys()].map((path) => path.replace(/^\[\]\.?/, '')).filter((path) => path !== '' && !/[.[]/.test(path));
