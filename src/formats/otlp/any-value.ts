import { isObject, listOf, member } from '../json/json-value.ts';

/** An attribute longer than this says nothing that attribution or a person needs. */
const LONGEST = 1_024;

/** Attributes by name: the first of two with one name counts. Lists give their first element; what is nested deeper has no text. */
export type Attributes = ReadonlyMap<string, string>;

/** What a span says of itself, else what its resource says. */
export type ReadAttributes = Pick<Attributes, 'get' | 'has'>;

export const before = (own: Attributes, resource: Attributes): ReadAttributes => ({
  get: (name) => own.get(name) ?? resource.get(name),
  has: (name) => own.has(name) || resource.has(name),
});

/** `[{ key, value: { stringValue } } …]`, as OTLP writes attributes in JSON. */
export const attributesOf = (list: unknown): Attributes => {
  const attributes = new Map<string, string>();
  for (const pair of listOf(list)) {
    const key = member(pair, 'key');
    const text = anyText(member(pair, 'value'));
    if (typeof key === 'string' && text !== '' && !attributes.has(key)) attributes.set(key, text);
  }
  return attributes;
};

/** https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/common/v1/common.proto */
const anyText = (value: unknown, longest = LONGEST): string => {
  for (const kind of ['stringValue', 'intValue', 'doubleValue', 'boolValue']) {
    const scalar = member(value, kind);
    if (typeof scalar === 'string') return scalar.slice(0, longest);
    if (typeof scalar === 'number' || typeof scalar === 'boolean') return String(scalar);
  }
  const [first] = listOf(member(member(value, 'arrayValue'), 'values'));
  return isObject(first) && member(first, 'arrayValue') === undefined ? anyText(first, longest) : '';
};

/** The same as a value: the body of a log record may be an object. */
export const anyValue = (value: unknown, depth = 0): unknown => {
  if (depth > 8) return null;
  const list = member(member(value, 'arrayValue'), 'values');
  if (Array.isArray(list)) return list.map((element) => anyValue(element, depth + 1));
  const pairs = member(member(value, 'kvlistValue'), 'values');
  if (Array.isArray(pairs))
    // fromEntries defines own members: a key named `__proto__` is a key like any other.
    return Object.fromEntries(
      pairs.map((pair) => [String(member(pair, 'key')), anyValue(member(pair, 'value'), depth + 1)]),
    );
  return anyText(value, Number.POSITIVE_INFINITY);
};
