import { parseInstant } from '../../base/instant.ts';
import { utf8Length } from '../../base/utf8-length.ts';
import { conceptOf, levelOf } from '../../core/monitoring/logs/concepts.ts';
import type { LineField, LinePlace, TimeForm, ToldLine } from '../../core/monitoring/logs/told-line.ts';
import type { RoleOf } from '../correlation/correlation-fields.ts';
import { toldInText } from '../correlation/told-in-text.ts';

interface Around {
  readonly service: string | null;
  readonly place: LinePlace;
  readonly takenMs: number | null;
  /** As whoever kept the line says. */
  readonly level?: string | null;
}

/** The longest that Container Insights keeps of a line. */
const LOOKED_AT = 65_536;
const DEPTH = 4;
const FIELDS = 400;

/** What the line tells, JSON or words. `service`: who wrote it, where that is known better than by the line itself. */
export const tellLine = (text: string, around: Around, orElse: string, roleOf: RoleOf): ToldLine => {
  const line = text.slice(0, LOOKED_AT);
  const fields = fieldsOf(line);
  const told = toldInText(line, roleOf);
  const words = fields === null ? line : (valueOf(fields, 'message') ?? '');
  const level = fields === null ? levelInWords(line) : valueOf(fields, 'level');
  const isContinuation = fields === null && CONTINUES.test(line);
  return {
    service: around.service ?? (fields === null ? null : valueOf(fields, 'service')) ?? orElse,
    place: around.place,
    bytes: utf8Length(text),
    isJson: fields !== null,
    isContinuation,
    fields: fields ?? [],
    level: level ?? around.level ?? null,
    time: fields === null ? timeInWords(line) : timeInField(fields),
    takenMs: around.takenMs,
    isRequest:
      !isContinuation &&
      (REQUEST.test(words) || (fields ?? []).some(({ path }) => OF_REQUEST.has(conceptOf(path) ?? ''))),
    traceId: told.ids.traceId,
    ids: told.ids.ids,
    calls: told.dest?.host ?? '',
  };
};

const OF_REQUEST: ReadonlySet<string> = new Set(['method', 'url', 'path', 'status']);
const DONE = '(?:handled|received|completed|processed|served|started|finished|failed|incoming|outgoing)';
const REQUEST = new RegExp(
  String.raw`\b(?:GET|POST|PUT|PATCH|DELETE|HEAD)\s+(?:https?:/)?/|\bHTTP/[123]|\b(?:${DONE} .{0,20}requests?|requests? .{0,10}${DONE})\b`,
);
/** Of a stack trace: Java, JavaScript, .NET, Python, Go. */
const CONTINUES = /^(?:\s+\S|Caused by: |Traceback \(most recent call last\)|goroutine \d+ \[|\.\.\. \d+ more)/;

/** The leaves of a line that is one JSON object; null: it is none. */
const fieldsOf = (line: string): readonly LineField[] | null => {
  if (!/^\s*\{/.test(line)) return null;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  const fields: LineField[] = [];
  const walk = (object: object, path: string, depth: number): void => {
    for (const [name, member] of Object.entries(object)) {
      if (fields.length >= FIELDS) return;
      const at = path === '' ? name : `${path}.${name}`;
      if (typeof member === 'object' && member !== null && !Array.isArray(member) && depth < DEPTH)
        walk(member as object, at, depth + 1);
      else fields.push(fieldOf(at, name, member));
    }
  };
  walk(value as object, '', 1);
  return fields;
};

const fieldOf = (path: string, name: string, member: unknown): LineField => {
  const json = JSON.stringify(member);
  return {
    path,
    value: typeof member === 'string' ? member : json,
    // A colon and a comma.
    bytes: utf8Length(JSON.stringify(name)) + utf8Length(json) + 2,
  };
};

const valueOf = (fields: readonly LineField[], concept: string): string | null => {
  const value = fields.find(({ path }) => conceptOf(path) === concept)?.value ?? '';
  return value === '' || value === 'null' ? null : value;
};

/** Go's klog: `I1122 03:04:17.123456       1 main.go:1]`. */
const KLOG = /^([IWEF])(?=\d{4} \d{2}:\d{2}:\d{2}\.\d+\s)/;
const KLOG_LEVELS: Readonly<Record<string, string>> = { I: 'info', W: 'warning', E: 'error', F: 'fatal' };
const LEVEL =
  /(?:\b(?:level|severity|lvl)["']?\s?[=:]\s?["']?([A-Za-z]{3,11})\b)|(?<![\w-])(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL|SEVERE)(?![\w-])|[[(](trace|debug|info|notice|warn|warning|error|fatal|crit|critical|alert|emerg)[\])]/;
/** A level stands at the beginning of a line. */
const LEVEL_WITHIN = 200;

const levelInWords = (line: string): string | null => {
  const klog = KLOG.exec(line)?.[1];
  if (klog !== undefined) return KLOG_LEVELS[klog] ?? null;
  const [, named, word, bracketed] = LEVEL.exec(line.slice(0, LEVEL_WITHIN)) ?? [];
  const level = named ?? word ?? bracketed ?? null;
  return level !== null && levelOf(level) !== null ? level : null;
};

const timeInField = (fields: readonly LineField[]): ToldLine['time'] => {
  const value = valueOf(fields, 'time');
  return value === null ? null : timeOf(value);
};

const ISO = /\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?:\s?(?:Z|UTC|[+-]\d{2}:?\d{2})(?![\w:]))?/;
const OF_ITS_OWN =
  /\d{1,2}\/[A-Z][a-z]{2}\/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4}|^[IWEF]\d{4} \d{2}:\d{2}:\d{2}\.\d+|^(?:[A-Z][a-z]{2} ){1,2}[ \d]\d \d{2}:\d{2}:\d{2}|\d{4}\/\d{2}\/\d{2} \d{2}:\d{2}:\d{2}/;
const TIME_WITHIN = 200;

const timeInWords = (line: string): ToldLine['time'] => {
  const head = line.slice(0, TIME_WITHIN);
  const iso = ISO.exec(head)?.[0];
  if (iso !== undefined) return timeOf(iso);
  return OF_ITS_OWN.test(head) ? { form: 'of its own', atMs: null } : null;
};

const EPOCHS: readonly (readonly [RegExp, TimeForm, number])[] = [
  [/^\d{10}(?:\.\d+)?$/, 'epoch seconds', 1_000],
  [/^\d{13}(?:\.\d+)?$/, 'epoch milliseconds', 1],
  [/^\d{19}$/, 'epoch nanoseconds', 1e-6],
];

const timeOf = (value: string): { readonly form: TimeForm; readonly atMs: number | null } => {
  const text = value.trim();
  const epoch = EPOCHS.find(([form]) => form.test(text));
  if (epoch !== undefined) return { form: epoch[1], atMs: Math.trunc(Number(text) * epoch[2]) };
  const iso = text
    .replace(' ', 'T')
    .replace(',', '.')
    .replace(/\s?UTC$/, 'Z')
    .replace(/\s(?=[+-]\d)/, '');
  const read = parseInstant(iso);
  if (read.ok) return { form: 'RFC 3339', atMs: read.value };
  // Taken for UTC, as most are; where it is not, it is far from when the line was taken.
  const zoneless = parseInstant(`${iso}Z`);
  return zoneless.ok ? { form: 'without a zone', atMs: zoneless.value } : { form: 'of its own', atMs: null };
};
