import { type Instant, parseInstant, renderInstant } from '../../base/instant.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import {
  isKernelCounter,
  type KernelCounted,
  type KernelCounter,
  type KernelCounts,
} from '../../core/kernel-counters.ts';

/**
 * What conntrack itself has no line for, and a recorder knows: a line that begins with `#`. Times are RFC 3339.
 *
 *     # complete FROM UNTIL       the recorder was listening all the time, and lost nothing
 *     # gap FROM UNTIL REASON     it may have lost something
 *     # dump AT                   the lines of a dump that follow were read then
 *     # counters FROM UNTIL entries=N max=N insert_failed=N drop=N early_drop=N clash_resolve=N
 *
 * Counters are those that somebody knows, of all processors together: `entries` in the table and `max` as they were at UNTIL, of the others by how
 * much `conntrack -S` rose since FROM. So each line tells by itself, and nobody needs to know what came before.
 * Anything else behind a `#` is a comment.
 */
export type RemarkLine =
  | { readonly kind: 'complete'; readonly from: Instant; readonly until: Instant }
  | { readonly kind: 'gap'; readonly from: Instant; readonly until: Instant; readonly why: string }
  | { readonly kind: 'dump'; readonly at: Instant }
  | ({ readonly kind: 'counters' } & KernelCounted)
  | { readonly kind: 'comment' };

/** How a line begins that says something, for whoever has to recognise the format by it. */
export const REMARK_LINE = /^# (?:complete|gap|dump|counters) \d{4}-\d\d-\d\dT/;

const WORDS = /^# (complete|gap|dump|counters)(?: (.*))?$/;
const LONGEST_REASON = 300;

/** `text` is a line that begins with `#`, without its end. */
export const decodeRemark = (text: string): Result<RemarkLine, string> => {
  const [, kind, rest = ''] = WORDS.exec(text) ?? [];
  if (kind === undefined) return ok({ kind: 'comment' });
  const [first = '', second = '', ...words] = rest.split(' ');
  const from = parseInstant(first);
  if (!from.ok) return fail(`# ${kind}: ${from.problem}`);
  if (kind === 'dump')
    return second === '' ? ok({ kind, at: from.value }) : fail('# dump: expected one time and nothing behind it');
  const until = parseInstant(second);
  if (!until.ok) return fail(`# ${kind}: ${until.problem}`);
  if (until.value < from.value) return fail(`# ${kind}: it ends before it begins`);
  if (kind === 'counters') return decodeCounters(from.value, until.value, words);
  const why = words.join(' ').trim();
  if (kind === 'complete')
    return why === ''
      ? ok({ kind, from: from.value, until: until.value })
      : fail('# complete: expected two times and nothing behind them');
  return why === ''
    ? fail('# gap: expected two times and the reason')
    : ok({ kind: 'gap', from: from.value, until: until.value, why: why.slice(0, LONGEST_REASON).toWellFormed() });
};

const decodeCounters = (from: Instant, until: Instant, words: readonly string[]): Result<RemarkLine, string> => {
  if (from === until) return fail('# counters: it ends as it begins');
  const counts: Partial<Record<KernelCounter, number>> = {};
  for (const word of words) {
    const [, name = '', value] = /^([^=]*)=(\d{1,15})$/.exec(word) ?? [];
    if (value === undefined) return fail(`# counters: expected NAME=NUMBER, got "${word}"`);
    if (!isKernelCounter(name)) return fail(`# counters: there is no counter "${name}"`);
    if (counts[name] !== undefined) return fail(`# counters: "${name}" stands there twice`);
    counts[name] = Number(value);
  }
  return words.length === 0
    ? fail('# counters: expected two times and what was counted')
    : ok({ kind: 'counters', from, until, counts });
};

/** The line, with its end. */
export const encodeRemark = (line: Exclude<RemarkLine, { readonly kind: 'comment' }>): string => {
  switch (line.kind) {
    case 'complete':
      return `# complete ${renderInstant(line.from)} ${renderInstant(line.until)}\n`;
    case 'gap':
      return `# gap ${renderInstant(line.from)} ${renderInstant(line.until)} ${oneLine(line.why)}\n`;
    case 'dump':
      return `# dump ${renderInstant(line.at)}\n`;
    case 'counters':
      return `# counters ${renderInstant(line.from)} ${renderInstant(line.until)} ${countsIn(line.counts)}\n`;
  }
};

const countsIn = (counts: KernelCounts): string =>
  Object.entries(counts)
    .map(([name, n]) => `${name}=${n}`)
    .join(' ');

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim().slice(0, LONGEST_REASON);
