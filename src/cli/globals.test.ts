import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readGlobals } from './globals.ts';

const HOME_OF_USER = join(homedir(), '.local', 'share', 'unmasq');

test.each<[string, Readonly<Record<string, string>>, string]>([
  ['XDG_DATA_HOME goes first', { XDG_DATA_HOME: '/x', HOME: '/h' }, '/x/unmasq'],
  ['a relative XDG_DATA_HOME counts as none', { XDG_DATA_HOME: 'x', HOME: '/h' }, '/h/.local/share/unmasq'],
  ['without a HOME it is what the system knows of the user', {}, HOME_OF_USER],
  ['an empty HOME is none: the folder never depends on where the command runs', { HOME: '' }, HOME_OF_USER],
])('%s', (_, env, data) => {
  expect(readGlobals({}, env, 'flows', []).data).toBe(data);
});
