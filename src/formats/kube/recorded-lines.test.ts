import { expect, test } from 'vitest';
import { instant } from '../../base/instant.ts';
import type { Taken } from '../decoder.ts';
import { kubernetesDecoder } from './kubernetes-decoder.ts';
import { encodeEvent, encodeGap, encodePage, encodeWatched } from './recorded-lines.ts';

const T0 = Date.UTC(2026, 10, 22, 3);
const at = (s: number) => instant(T0 + s * 1_000);
const iso = (s: number): string => new Date(T0 + s * 1_000).toISOString();

const pod = (name: string, created: number): object => ({
  metadata: { name, uid: `uid-${name}`, namespace: 'shop', creationTimestamp: iso(created) },
  status: { phase: 'Running' },
});

const decode = (...lines: readonly string[]): Taken => {
  const decoder = kubernetesDecoder({ name: '', at: null });
  decoder.push(new TextEncoder().encode(lines.join('')));
  decoder.end();
  return decoder.take();
};

test('the pages of a list are of one moment, and the last says that they are all', () => {
  const page = encodePage('pods', at(60), false, [pod('a', 1)]);
  expect(decode(page).facts.looks).toEqual([]);
  const { facts, rejects } = decode(page, encodePage('pods', at(60), true, [pod('b', 99)]));
  expect(rejects).toEqual([]);
  expect(facts.pods.map((seen) => [seen.name, seen.event, seen.at])).toEqual([
    ['a', 'listed', at(60)],
    ['b', 'listed', at(60)],
  ]);
  expect(facts.looks).toEqual([{ kind: 'sample', of: 'pods', from: at(60), until: at(60) }]);
});

test('an empty cluster was looked at as well', () => {
  expect(decode(encodePage('nodes', at(7), true, [])).facts.looks).toEqual([
    { kind: 'sample', of: 'nodes', from: at(7), until: at(7) },
  ]);
});

test('events are of the time that is stated, whatever other objects mention', () => {
  const { facts } = decode(
    encodeEvent('pods', 'ADDED', at(90), pod('a', 1)),
    encodeEvent('pods', 'DELETED', at(80), pod('b', 500)),
    encodeWatched('pods', at(10), at(85)),
  );
  expect(facts.pods.map((seen) => [seen.name, seen.event, seen.at])).toEqual([
    ['a', 'added', at(90)],
    ['b', 'deleted', at(80)],
  ]);
  expect(facts.looks).toEqual([{ kind: 'watching', of: 'pods', from: at(10), until: at(85) }]);
});

test('a gap has both its ends', () => {
  expect(decode(encodeGap(at(10), at(30), 410, 'Expired')).facts.gaps).toEqual([
    { source: 'watch', node: '', from: at(10), until: at(30), why: 'the watch ended: 410 Expired' },
  ]);
});

test('a stated time that is none is refused, and the event is of the time it mentions', () => {
  const { facts, rejects } = decode(encodeEvent('pods', 'ADDED', at(90), pod('a', 1)).replace(iso(90), 'soon'));
  expect(rejects.map(({ why }) => why)).toEqual(['expected a time like 2026-11-22T03:04:17Z, got "soon"']);
  expect(facts.pods.map((seen) => seen.at)).toEqual([at(1)]);
});
