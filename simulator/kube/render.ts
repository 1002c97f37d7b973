import { type Change, knownAt } from './known.ts';
import { podObject } from './objects.ts';

/** `kubectl get pods -A -o json` at that moment, in pieces: a large cluster's is too long for one string. */
export const podListText = (changes: readonly Change[], at: number): Generator<string> =>
  listText(knownAt(changes, at).map(podObject));

/** `kubectl get pods -A -w --output-watch-events -o json` from `from` to `until`: what there is, then what changes. */
export function* watchText(changes: readonly Change[], from: number, until: number): Generator<string> {
  for (const change of knownAt(changes, from)) yield eventText('ADDED', change);
  for (const change of changes) if (change.at > from && change.at <= until) yield eventText(change.type, change);
}

const eventText = (type: string, change: Change): string =>
  `${JSON.stringify({ type, object: sorted(podObject(change)) }, null, 4)}\n`;

export function* listText(items: Iterable<unknown>): Generator<string> {
  yield '{\n    "apiVersion": "v1",\n    "items": [';
  let isFirst = true;
  for (const item of items) {
    const text = JSON.stringify(sorted(item), null, 4).replaceAll('\n', '\n        ');
    yield `${isFirst ? '' : ','}\n        ${text}`;
    isFirst = false;
  }
  yield `${isFirst ? '' : '\n    '}],\n    "kind": "List",\n    "metadata": {\n        "resourceVersion": ""\n    }\n}\n`;
}

/** kubectl prints the fields of an object in alphabetical order. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
};
