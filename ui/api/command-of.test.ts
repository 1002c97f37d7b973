import fc from 'fast-check';
import { expect, test } from 'vitest';
import { QUESTIONS } from '../../src/contract/questions.ts';
import { commandLineOf } from '../../src/server/command-line.ts';
import { searchOf } from './ask.ts';
import { commandOf, curlOf } from './command-of.ts';

test.each<[string, string, string]>([
  [
    'a subject and flags',
    commandOf('who', { dest: '203.0.113.66', since: '1h' }),
    'unmasq who 203.0.113.66 --since 1h',
  ],
  [
    'a line of a log',
    commandOf('who', { dest: "can't reach 203.0.113.66" }),
    "unmasq who 'can'\\''t reach 203.0.113.66'",
  ],
  ['a filter', commandOf('flows', { where: 'verdict != exact' }), "unmasq flows --where 'verdict != exact'"],
  ['a command of two words', commandOf('snat/plan', { nodes: '60' }), 'unmasq snat plan --nodes 60'],
  ['a form of a question', commandOf('snat.ledger', { what: 'ledger' }), 'unmasq snat ledger'],
  ['for curl', curlOf('who', { dest: '::/0' }, 'http://h:1'), "curl 'http://h:1/api/v1/who?dest=%3A%3A%2F0'"],
])('%s', (_, command, expected) => {
  expect(command).toBe(expected);
});

/** Words as a POSIX shell takes them apart. */
const words = (line: string): readonly string[] =>
  [...line.matchAll(/(?:'[^']*'|\\.|[^\s'\\])+/g)].map(([word]) => word.replace(/'([^']*)'|\\(.)/g, '$1$2'));

test('what is copied asks what the console asked', () => {
  const who = QUESTIONS.find(({ name }) => name === 'who');
  if (who === undefined) throw new Error('there is no who');
  const text = fc
    .string({ minLength: 1 })
    .filter((one) => !/[\0\r\n]/.test(one) && one.trim() !== '' && !one.startsWith('-'));
  fc.assert(
    fc.property(text, text, (dest, since) => {
      const asked = commandLineOf(who, new URLSearchParams(searchOf({ dest, since })), 'json');
      if (!asked.ok) throw new Error(asked.problem.what);
      const [, , said, flag, value] = words(commandOf('who', { dest, since }));
      expect([said, `${flag}=${value}`]).toEqual([
        asked.value.words.at(-1),
        asked.value.words.find((word) => word.startsWith('--since')),
      ]);
    }),
  );
});
