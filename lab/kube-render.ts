import { type Change, knownAt } from './kube.ts';
import { podObject } from './kube-objects.ts';

/** `kubectl get pods -A -o json` at that moment. */
export const renderPodList = (changes: readonly Change[], at: number): string =>
  renderList(knownAt(changes, at).map(podObject));

/** `kubectl get pods -A -w --output-watch-events -o json` from `from` to `until`: what there is, then what changes. */
export const renderWatch = (changes: readonly Change[], from: number, until: number): string =>
  [
    ...knownAt(changes, from).map((change) => ({ type: 'ADDED', object: podObject(change) })),
    ...changes
      .filter(({ at }) => at > from && at <= until)
      .map((change) => ({ type: change.type, object: podObject(change) })),
  ]
    .map(({ type, object }) => `${JSON.stringify({ type, object: sorted(object) }, null, 4)}\n`)
    .join('');

export const renderList = (items: readonly unknown[]): string =>
  `${JSON.stringify(sorted({ apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } }), null, 4)}\n`;

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
