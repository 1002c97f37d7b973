import { expect, test } from 'vitest';
import type { Symptom } from '../core/symptom.ts';
import { parseSymptomFile } from './symptom-file.ts';

const OWN = `# What our own clients say
- name: the payment gateway
  pattern: 'PAY-E\\d{4}: gateway silent'
  is: connect-timeout
- { name: kafka, pattern: '(?i)broker \\S+ is gone', is: connection-reset }
- name: ours before the usual
  pattern: 'connection refused by the quota'
  is: throttled
`;

test.each<[string, string, Symptom | null]>([
  ['a wording of its own', 'PAY-E0042: gateway silent', 'connect-timeout'],
  ['case counts unless the pattern says otherwise', 'pay-e0042: gateway silent', null],
  ['a pattern without case', 'Broker kafka-0:9092 is gone', 'connection-reset'],
  ['it counts before the usual ones', 'connection refused by the quota', 'throttled'],
  ['the usual ones count as well', 'connect ECONNREFUSED 10.0.14.3:6379', 'connection-refused'],
  ['nothing of either', 'order 4711 accepted', null],
])('%s', (_, line, expected) => {
  const read = parseSymptomFile('own.yaml', OWN);
  expect(read.ok && read.value(line)).toBe(expected);
});

test.each<[string, string, readonly RegExp[]]>([
  ['no list', 'name: x\n', [/^f:1:1: expected a list of \{ name, pattern, is \}$/]],
  ['no YAML', '- [\n', [/^f:\d:\d: /]],
  ['an element of another shape', '- 7\n', [/^f:1:3: expected \{ name, pattern, is \}$/]],
  ['what is missing', '- { name: x, is: throttled }\n', [/^f:1:3: pattern is missing$/]],
  [
    'a symptom that there is not',
    "- name: x\n  pattern: 'a'\n  is: broken\n",
    [/^f:3:7: is: expected one of connect-timeout, .*, got "broken"$/],
  ],
  [
    'a key that there is not',
    '- { name: x, pattern: a, is: throttled, regex: b }\n',
    [/^f:1:41: expected name, pattern, is, got regex$/],
  ],
  ['a pattern that is none', "- name: x\n  is: throttled\n  pattern: '(a'\n", [/^f:3:12: pattern: .*missing closing/]],
  [
    'a pattern that takes more than linear time',
    "- { name: x, is: throttled, pattern: '(a)\\1' }\n",
    [/^f:1:38: pattern: .*invalid escape sequence/],
  ],
  [
    'a pattern of everything',
    "- { name: x, is: throttled, pattern: 'a*' }\n",
    [/^f:1:38: pattern: it is in every line/],
  ],
  ['a number', '- { name: 1, is: throttled, pattern: x }\n', [/^f:1:5: name: expected a text$/]],
  ['everything at once', "- { name: x, is: y, pattern: '(' }\n- z\n", [/^f:1:/, /^f:1:/, /^f:2:/]],
])('refused with its place: %s', (_, text, expected) => {
  const read = parseSymptomFile('f', text);
  const problems = read.ok ? [] : read.problem;
  expect(problems).toHaveLength(expected.length);
  for (const [i, pattern] of expected.entries()) expect(problems[i]).toMatch(pattern);
});

test('a pattern that would take for ever elsewhere ends, and what is far behind in a line is not looked at', () => {
  const read = parseSymptomFile('f', "- { name: x, is: throttled, pattern: '(a+)+b' }\n");
  if (!read.ok) throw new Error(read.problem.join());
  expect(read.value('a'.repeat(16_000))).toBeNull();
  expect(read.value(`${'a'.repeat(20_000)}b`)).toBeNull();
  expect(read.value(`${'a'.repeat(1_000)}b`)).toBe('throttled');
});
