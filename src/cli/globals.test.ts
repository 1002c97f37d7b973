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

const AT = 'https://ch:8443/unmasq';

test.each<[string, Readonly<Record<string, string>>, Readonly<Record<string, string>>, string]>([
  ['--store is where the store is', { store: AT }, {}, AT],
  ['UNMASQ_STORE is, where nothing else is said', {}, { UNMASQ_STORE: AT }, AT],
  ['--store counts before it', { store: 'http://other' }, { UNMASQ_STORE: AT }, 'http://other'],
  ['--data counts before it', { data: '/d' }, { UNMASQ_STORE: AT }, '/d'],
  ['an empty one is none', {}, { UNMASQ_STORE: '', XDG_DATA_HOME: '/x' }, '/x/unmasq'],
])('%s', (_, given, env, data) => {
  expect(readGlobals(given, env, 'flows', ['data', 'store', 'server']).data).toBe(data);
});

test.each<[string, Readonly<Record<string, string>>, Readonly<Record<string, string>>, RegExp]>([
  ['two places', { store: AT, data: '/d' }, {}, /--store and --data contradict/],
  ['a server of unmasq beside a store', { store: AT, server: 'http://u' }, {}, /--store and --server contradict/],
  ['a folder as a server', { store: '/d' }, {}, /--store \/d: expected the URL/],
  ['a server as a folder', { data: AT }, {}, /--data: expected a folder/],
  ['an environment that names no server', {}, { UNMASQ_STORE: 'ch' }, /--store ch: expected the URL/],
])('%s is refused', (_, given, env, what) => {
  expect(() => readGlobals(given, env, 'flows', ['data', 'store', 'server'])).toThrow(what);
});
