import { expect, test } from 'vitest';
import type { CommandSpec } from './command.ts';
import { parseConfigFile } from './config-file.ts';
import { givenBy, settingsOf, settle } from './settings.ts';
import { withoutSecrets } from './without-secrets.ts';

const SPEC: CommandSpec = {
  name: 'run',
  group: '',
  takes: '',
  summary: '',
  about: [],
  examples: [],
  flags: [
    { flags: '--config <file>', says: '', isNoSetting: true },
    { flags: '--listen <address>', says: '', byDefault: '127.0.0.1:7171' },
    { flags: '--token-file <file>', says: '' },
    { flags: '--blobs <url>', says: '', repeats: true },
    { flags: '--kubernetes', says: '' },
  ],
  honours: ['data', 'color'],
  seeAlso: [],
  run: () => Promise.resolve(0),
};
const SETTINGS = settingsOf(SPEC);

const settled = (
  yaml: string | null,
  env: Readonly<Record<string, string>> = {},
  flags: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, string>> => {
  const file = yaml === null ? null : parseConfigFile('u.yaml', yaml, SETTINGS);
  if (file?.ok === false) throw new Error(file.problem.join('\n'));
  const all = settle(SETTINGS, flags, env, file?.value ?? null);
  return Object.fromEntries([...all].map(([{ key }, { value, origin }]) => [key, `${String(value)} of ${origin}`]));
};

test('flags are settings, but those that say where settings are, or how to talk', () => {
  expect(SETTINGS.map(({ key, variable, member, kind }) => [key, variable, member, kind])).toEqual([
    ['data', 'UNMASQ_DATA', 'data', 'text'],
    ['listen', 'UNMASQ_LISTEN', 'listen', 'text'],
    ['token-file', 'UNMASQ_TOKEN_FILE', 'tokenFile', 'text'],
    ['blobs', 'UNMASQ_BLOBS', 'blobs', 'texts'],
    ['kubernetes', 'UNMASQ_KUBERNETES', 'kubernetes', 'switch'],
  ]);
});

test.each<[string, string | null, Record<string, string>, Record<string, unknown>, Record<string, string>]>([
  ['what holds by default is said to', null, {}, {}, { listen: '127.0.0.1:7171 of default' }],
  ['a file counts before that', '\nlisten: a:1', {}, {}, { listen: 'a:1 of u.yaml:2' }],
  ['a variable before the file', 'listen: a:1', { UNMASQ_LISTEN: 'b:2' }, {}, { listen: 'b:2 of UNMASQ_LISTEN' }],
  ['a flag before all', 'listen: a:1', { UNMASQ_LISTEN: 'b:2' }, { listen: 'c:3' }, { listen: 'c:3 of null' }],
  ['an empty variable is none', null, { UNMASQ_LISTEN: '' }, {}, { listen: '127.0.0.1:7171 of default' }],
  [
    'a switch is switched off too',
    'kubernetes: true',
    { UNMASQ_KUBERNETES: '0' },
    {},
    { kubernetes: 'false of UNMASQ_KUBERNETES' },
  ],
  ['a list by variable has spaces between', null, { UNMASQ_BLOBS: ' a  b' }, {}, { blobs: 'a,b of UNMASQ_BLOBS' }],
  ['a list in a file', 'blobs:\n  - a\n  - b', {}, {}, { blobs: 'a,b of u.yaml:1' }],
  ['a number stays as it is written', 'listen: 0017', {}, {}, { listen: '0017 of u.yaml:1' }],
  ['a file of comments sets nothing', '# listen: a', {}, {}, { listen: '127.0.0.1:7171 of default' }],
])('%s', (_, yaml, env, flags, expected) => {
  expect(settled(yaml, env, flags)).toEqual({ listen: '127.0.0.1:7171 of default', ...expected });
});

test.each<[string, string, string]>([
  [
    'a key that is none',
    'listn: a',
    'u.yaml:1:1: there is no setting "listn": there are data, listen, token-file, blobs, kubernetes',
  ],
  ['a key of where settings are', 'config: a', 'u.yaml:1:1: there is no setting "config"'],
  ['a key of the prototype', '__proto__: a', 'u.yaml:1:1: there is no setting "__proto__"'],
  ['a list where one is wanted', '\nlisten:\n  - a', 'u.yaml:3:3: listen: expected one text or number'],
  ['one where a list is wanted', 'blobs: a', 'u.yaml:1:8: blobs: expected a list: lines that begin with "- "'],
  ['nothing', 'listen:', 'u.yaml:1:8: listen: expected one text or number'],
  ['a map in a list', 'blobs: [{ a: b }]', 'u.yaml:1:8: blobs: expected one text or number'],
  ['a switch that is no switch', 'kubernetes: yes', 'u.yaml:1:13: kubernetes: expected true or false'],
  ['an alias', 'listen: &a b\ndata: *a', 'u.yaml:2:7: data: an alias (*name) is not taken: write the value itself'],
  ['a key twice', 'listen: a\nlisten: b', 'u.yaml:2:1: Map keys must be unique'],
  ['a list as the whole', '- a', 'u.yaml:1:1: expected lines of KEY: VALUE'],
  ['two documents', 'listen: a\n---\nlisten: b', 'u.yaml:2:1: a second document begins here: a configuration is one'],
  ['what is no YAML', 'listen: [a', 'u.yaml:1:11: '],
  ['two mistakes are both told', 'a: 1\nb: 1', 'u.yaml:2:1: there is no setting "b"'],
])('refused, with the place: %s', (_, yaml, says) => {
  expect(() => settled(yaml)).toThrow(says);
});

test('a variable that is neither true nor false is refused', () => {
  expect(() => settled(null, { UNMASQ_KUBERNETES: 'perhaps' })).toThrow('UNMASQ_KUBERNETES=perhaps');
});

test('what is settled is given as flags are; a switch that is off is not', () => {
  const all = settle(SETTINGS, { kubernetes: true }, { UNMASQ_DATA: '/d', UNMASQ_BLOBS: 'a' }, null);
  expect(givenBy(all, true)).toEqual({ data: '/d' });
  expect(givenBy(all, false)).toEqual({ listen: '127.0.0.1:7171', blobs: ['a'], kubernetes: true });
  expect(givenBy(settle(SETTINGS, {}, { UNMASQ_KUBERNETES: 'false' }, null), false)).not.toHaveProperty('kubernetes');
});

test.each([
  ['https://x.blob.core.windows.net/c?sv=2&sig=aB%2B3&se=4', 'https://x.blob.core.windows.net/c?sv=2&sig=…&se=4'],
  ['https://user:pass@host/a', 'https://…@host/a'],
  ['BlobEndpoint=http://a;AccountKey=abc==;X=1', 'BlobEndpoint=http://a;AccountKey=…;X=1'],
  ['/etc/unmasq/tokens', '/etc/unmasq/tokens'],
])('no secret is shown: %s', (text, shown) => {
  expect(withoutSecrets([text])).toEqual([shown]);
  expect(withoutSecrets(text)).toBe(shown);
});
