import { type Instant, parseInstant } from '../../base/instant.ts';
import type { Found } from './audit.ts';
import type { Finding } from './finding.ts';
import type { Block, HclFile } from './hcl/syntax.ts';
import type { Spot } from './hcl/value.ts';

/** What somebody decided not to mend yet, with the reason and the day on which that is looked at again. */
export interface Ignore {
  readonly codes: readonly string[];
  /** The first moment at which it holds no more. */
  readonly until: Instant;
  readonly untilDay: string;
  readonly reason: string;
  /** Where it stands. */
  readonly spot: Spot;
  /** Where it holds: findings that begin within. */
  readonly from: number;
  /** Not included. */
  readonly to: number;
  /** In the file itself, or in one that is kept for such things. */
  readonly by: 'comment' | 'file';
  /** The file that it is about, or, ending in `/`, the folder; empty: whatever the file. */
  readonly path: string;
  /** Null: whatever the subject. */
  readonly subject: string | null;
}

export interface IgnoresRead {
  readonly ignores: readonly Ignore[];
  /** Comments that mean to ignore and do not say what, why or until when. */
  readonly faults: readonly Finding[];
}

const MARK = 'unmasq:ignore';
export const CODE = /^[A-Z]{2,8}\d{3}$/;
const WRITTEN =
  /unmasq:ignore\s+([A-Z]{2,8}\d{3}(?:\s*,\s*[A-Z]{2,8}\d{3})*)\s+until\s+(\d{4}-\d\d-\d\d)\s*:\s*(\S[^\n]*)/;
export const dayOf = (text: string): Instant | null => {
  const day = /^\d{4}-\d\d-\d\d$/.test(text) ? parseInstant(`${text}T00:00:00Z`) : null;
  return day?.ok === true ? day.value : null;
};

const HOW = 'unmasq:ignore CODE until 2027-03-31: reason';

/** What a comment ignores; null: it does not speak of that; a text: what is wrong with it. */
export const parseIgnore = (
  comment: string,
): Pick<Ignore, 'codes' | 'until' | 'untilDay' | 'reason'> | string | null => {
  if (!comment.includes(MARK)) return null;
  const [, codes, day, reason] = WRITTEN.exec(comment) ?? [];
  if (codes === undefined || day === undefined || reason === undefined) return `it is written ${HOW}`;
  const until = dayOf(day);
  if (until === null) return `${day} is no day`;
  return {
    codes: codes.split(',').map((code) => code.trim()),
    until,
    untilDay: day,
    reason: reason.replace(/\s*\*\/\s*$/, '').trim(),
  };
};

interface Extent {
  readonly from: number;
  readonly to: number;
}

/** Blocks and arguments of a file, each from its first letter to its last. */
const extentsOf = ({ attributes, blocks }: Pick<Block, 'attributes' | 'blocks'>): readonly Extent[] => [
  ...attributes.map(({ at, value }) => ({ from: at.from, to: Math.max(at.until, value.at.until) })),
  ...blocks.flatMap((b) => [{ from: b.at.from, to: b.end + 1 }, ...extentsOf(b)]),
];

const lineAround = (text: string, offset: number): Extent => {
  const end = text.indexOf('\n', offset);
  return { from: text.lastIndexOf('\n', offset - 1) + 1, to: end < 0 ? text.length : end };
};

/** The next line that says something, with those below it that are indented further. */
const withIndented = (text: string, offset: number): Extent => {
  const rest = text.slice(offset).search(/\S/);
  if (rest < 0) return { from: text.length, to: text.length };
  const first = lineAround(text, offset + rest);
  const indent = offset + rest - first.from;
  let { to } = first;
  while (to < text.length) {
    const line = lineAround(text, to + 1);
    const within = text.slice(line.from, line.to).search(/\S/);
    if (within >= 0 && within <= indent) break;
    to = line.to;
  }
  return { from: first.from, to };
};

/** `extents` are told where the language has them; else the next line and what is indented below it is meant. */
const scopeOf = (text: string, from: number, until: number, extents: readonly Extent[] | null): Extent => {
  const line = lineAround(text, from);
  if (text.slice(line.from, from).trim() !== '') return line;
  if (extents === null) return withIndented(text, until);
  const behind = extents.filter((e) => e.from >= until);
  const next = Math.min(...behind.map((e) => e.from));
  return behind.reduce<Extent>((a, b) => (b.from === next && b.to > a.to ? b : a), { from: next, to: next });
};

interface CommentAt {
  readonly spot: Spot;
  readonly text: string;
}

const read = (path: string, text: string, comments: readonly CommentAt[], extents: readonly Extent[] | null) => {
  const ignores: Ignore[] = [];
  const faults: Finding[] = [];
  for (const { spot, text: words } of comments) {
    const said = parseIgnore(words);
    if (said === null) continue;
    if (typeof said === 'string')
      faults.push({ code: 'IGN002', spot, subject: path, message: `this ignores nothing: ${said}` });
    else
      ignores.push({
        ...said,
        ...scopeOf(text, spot.at.from, spot.at.until, extents),
        spot,
        by: 'comment',
        path,
        subject: null,
      });
  }
  return { ignores, faults };
};

export const ignoresInHcl = (path: string, text: string, hcl: HclFile): IgnoresRead =>
  text.includes(MARK)
    ? read(
        path,
        text,
        hcl.comments.map((c) => ({ spot: { file: path, at: c.at }, text: c.text })),
        extentsOf(hcl),
      )
    : { ignores: [], faults: [] };

/** Comments of YAML and KQL, found by their sign alone. */
export const ignoresInLines = (path: string, text: string): IgnoresRead => {
  if (!text.includes(MARK)) return { ignores: [], faults: [] };
  const comments: CommentAt[] = [];
  let line = 1;
  let start = 0;
  for (const words of text.split('\n')) {
    const at = /(?:#|\/\/)\s*unmasq:ignore\b/.exec(words)?.index;
    if (at !== undefined)
      comments.push({
        spot: { file: path, at: { line, column: at + 1, from: start + at, until: start + words.length } },
        text: words.slice(at),
      });
    line += 1;
    start += words.length + 1;
  }
  return read(path, text, comments, null);
};

export interface Judged {
  readonly findings: readonly Found[];
  readonly ignored: readonly { readonly found: Found; readonly ignore: Ignore }[];
  /** IGN001: it is over. IGN003: it hides nothing. */
  readonly faults: readonly Finding[];
}

const covers = ({ codes, from, to, path, subject, by }: Ignore, { code, spot, subject: of }: Found): boolean =>
  codes.includes(code) &&
  (path === '' || spot.file === path || (path.endsWith('/') && spot.file.startsWith(path))) &&
  (by === 'file' || (spot.at.from >= from && spot.at.from < to)) &&
  (subject === null || subject === of);

/** Which findings count, once what is ignored is left out. */
export const judged = (findings: readonly Found[], ignores: readonly Ignore[], today: Instant): Judged => {
  const used = new Set<Ignore>();
  const ignored: { found: Found; ignore: Ignore }[] = [];
  const left = findings.filter((found) => {
    const holding = ignores.filter((ignore) => covers(ignore, found));
    for (const ignore of holding) used.add(ignore);
    const ignore = holding.find(({ until }) => today < until);
    if (ignore !== undefined) ignored.push({ found, ignore });
    return ignore === undefined;
  });
  const faults = ignores.flatMap((ignore): readonly Finding[] => {
    const { codes, spot, until, untilDay, reason } = ignore;
    const what = { spot, subject: spot.file, key: `${codes.join(',')} ${reason}` };
    if (today >= until)
      return [{ ...what, code: 'IGN001', message: `${codes.join(', ')} was ignored until ${untilDay}: ${reason}` }];
    return used.has(ignore) ? [] : [{ ...what, code: 'IGN003', message: `there is no ${codes.join(', ')} here` }];
  });
  return { findings: left, ignored, faults };
};
