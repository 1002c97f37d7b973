import { expect, test } from 'vitest';
import { instant } from '../../base/instant.ts';
import { datedPrefix, hourOfBlob, hourPrefix } from './blob-name.ts';

const at = (text: string): number => Date.parse(`${text}:00Z`);

test.each<[string, string | null]>([
  ['flowLogResourceID=/S_RG/NW_LOG/y=2026/m=11/d=22/h=03/m=00/macAddress=002248A1B2C3/PT1H.json', '2026-11-22T03:00'],
  ['resourceId=/SUBSCRIPTIONS/S/NSG/y=2026/m=01/d=31/h=23/m=00/macAddress=002248a1b2c3/PT1H.json', '2026-01-31T23:00'],
  ['x/y=2026/m=1/d=2/h=3/m=00/PT1H.json', '2026-01-02T03:00'],
  ['y=2026/m=11/d=22/h=03/m=00/PT1H.json', '2026-11-22T03:00'],
  ['a/y=2025/m=01/d=01/h=00/m=00/z/y=2026/m=11/d=22/h=03/m=00/PT1H.json', '2026-11-22T03:00'],
  ['x/y=2026/m=02/d=30/h=03/m=00/PT1H.json', null],
  ['x/y=2026/m=13/d=01/h=03/m=00/PT1H.json', null],
  ['x/y=2026/m=11/d=22/h=24/m=00/PT1H.json', null],
  ['x/y=0026/m=11/d=22/h=03/m=00/PT1H.json', null],
  ['xy=2026/m=11/d=22/h=03/m=00/PT1H.json', null],
  ['x/y=2026/m=11/d=22/h=03/m=00/PT1H.json.gz', null],
  ['x/y=2026/m=11/d=22/h=03/m=00/macAddress=a/b/PT1H.json', null],
])('the hour of %s is %s', (name, hour) => {
  expect(hourOfBlob(name)).toBe(hour === null ? null : at(hour));
});

test.each<[string, [log: string, from: string, until: string, isDay: boolean] | null]>([
  ['a/b/', null],
  ['a/xy=2026/', null],
  ['a/y=2026', null],
  ['a/y=2026/', ['a/', '2026-01-01T00:00', '2027-01-01T00:00', false]],
  ['a/y=2026/m=12/', ['a/', '2026-12-01T00:00', '2027-01-01T00:00', false]],
  ['a/y=2024/m=02/d=29/', ['a/', '2024-02-29T00:00', '2024-03-01T00:00', true]],
  ['y=2026/m=11/d=22/h=23/m=00/', ['', '2026-11-22T23:00', '2026-11-23T00:00', true]],
])('below %s there can be %j', (prefix, expected) => {
  const [log, from, until, isDay] = expected ?? ['', '2026-01-01T00:00', '2026-01-01T00:00', false];
  const span = { from: at(from), until: at(until) };
  expect(datedPrefix(prefix)).toEqual(expected === null ? null : { log, span, isDay });
});

test('the prefix of an hour is how the names of that hour begin', () => {
  const prefix = hourPrefix('a/', instant(at('2026-01-02T03:00')));
  expect(prefix).toBe('a/y=2026/m=01/d=02/h=03/');
  expect(hourOfBlob(`${prefix}m=00/PT1H.json`)).toBe(at('2026-01-02T03:00'));
});
