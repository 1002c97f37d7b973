import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';
import { checkSync } from 'recheck';
import { expect, test } from 'vitest';

/** T31. What meets text of others is in `src`: nobody writes a text for which a pattern there takes for ever. */

const root = join(import.meta.dirname, '../..');

interface Pattern {
  readonly at: string;
  readonly source: string;
  readonly flags: string;
}

/** Patterns that take time with the square of the text, or may, and why the text is short. */
const BOUNDED: Readonly<Record<string, string>> = {
  'src/agent/translation-seen.ts': 'lines of conntrack and /proc/net/dev, which the kernel writes',
  'src/app/destination.ts': 'a destination has at most 65,536 characters (E109), over HTTP 16 KB',
  'src/app/parse-time.ts': 'a time has at most 64 characters',
  'src/app/pasted-line.ts': 'words of at most 4,096 characters of a pasted line',
  'src/app/who-comparison.ts': 'names of workloads: 253 characters',
  'src/base/redacted.ts': 'messages of errors and lines of the log',
  'src/cli/ask-server.ts': 'a flag of whoever runs it',
  'src/cli/help.ts': 'help text',
  'src/cli/program.ts': 'a message of the parser of flags',
  'src/formats/correlation/told-in-text.ts': 'the part of a line that is looked at, and bounded repetitions',
  'src/formats/log-analytics/recognise-table.ts': 'a heading in the head of a file; bounded repetitions',
  'src/sources/azure-metrics/metric-groups.ts': 'a flag of whoever runs it',
  'src/store/chdb.ts': 'statements of the store itself',
  'src/sources/blob/hour-object.ts': 'what a block of the flow log begins with',
};

const patternsOf = (file: string): readonly Pattern[] => {
  const text = readFileSync(join(root, file), 'utf8');
  const found: Pattern[] = [];
  const at = (offset: number): string => `${file}:${text.slice(0, offset).split('\n').length}`;
  new Visitor({
    Literal: (node) => {
      if ('regex' in node) found.push({ at: at(node.start), source: node.regex.pattern, flags: node.regex.flags });
    },
  }).visit(parseSync(file, text).program);
  return found;
};

const files = globSync('src/**/*.ts', { cwd: root }).filter((file) => !file.includes('.test.'));
const patterns = files.flatMap(patternsOf);
/** `linear`, `polynomial`, `exponential`; `unknown` where it could not be told in time. */
const growthOf = (source: string, flags: string): string => {
  const found = checkSync(source, flags, { timeout: 2_000, attackTimeout: 500, incubationTimeout: 500 });
  return found.status === 'safe' ? 'linear' : found.status === 'vulnerable' ? found.complexity.type : 'unknown';
};

test('the check knows a pattern that takes for ever', () => {
  expect(growthOf('^(a+)+$', '')).toBe('exponential');
});

test('every pattern is found, those that are put together too', () => {
  expect(patterns.length).toBeGreaterThan(100);
  const made = files.filter((file) => /\bRegExp\(/.test(readFileSync(join(root, file), 'utf8')));
  // Put together from constants of the same file; text of others is never a pattern.
  expect(made.sort()).toEqual([
    'src/agent/kernel-counters.ts',
    'src/core/attribution/relay.ts',
    'src/core/symptom.ts',
    'src/formats/correlation/told-in-text.ts',
  ]);
});

test('no pattern takes for ever, and those that take more than linear time meet short texts', {
  timeout: 300_000,
}, () => {
  const slow = patterns
    .map(({ at, source, flags }) => ({ at, file: at.split(':')[0] ?? '', growth: growthOf(source, flags) }))
    .filter(({ growth }) => growth !== 'linear');
  expect(slow.filter(({ growth }) => growth === 'exponential')).toEqual([]);
  expect(slow.filter(({ file }) => !Object.hasOwn(BOUNDED, file))).toEqual([]);
});
