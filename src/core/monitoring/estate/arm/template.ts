import { known, type Spot, unknown, type Value } from '../../hcl/value.ts';
import { memberOf, plainText } from '../members-of.ts';

/** Templates of templates of templates: deeper than anybody writes. */
const DEEPEST = 20;

/** Whether a document is a template of resources: https://learn.microsoft.com/azure/azure-resource-manager/templates/syntax */
export const isTemplate = (document: Value): boolean =>
  /\/(?:subscription|managementGroup|tenant)?deploymentTemplate\.json/i.test(
    plainText(memberOf(document, '$schema')) ?? '',
  );

interface Names {
  readonly parameters: Value | undefined;
  readonly variables: Value | undefined;
}

/** `[parameters('x')]` is its default value, `[variables('x')]` what that is; any other expression is not worked out. */
const expressionOf = (text: string, from: Spot, names: Names, depth: number): Value => {
  const [, kind, name] = /^\[\s*(parameters|variables)\s*\(\s*'([^']+)'\s*\)\s*\]$/i.exec(text) ?? [];
  if (kind !== undefined && name !== undefined && depth < DEEPEST) {
    const isVariable = kind.toLowerCase() === 'variables';
    const value = isVariable ? memberOf(names.variables, name) : memberOf(names.parameters, name, 'defaultValue');
    if (value !== undefined) return resolved(value, names, depth + 1);
    return unknown(from, 'no-default', text.toLowerCase());
  }
  const [, type, called] = /^\[\s*resourceId\s*\(\s*'([^']+)'\s*,\s*'([^']+)'\s*\)\s*\]$/i.exec(text) ?? [];
  if (type !== undefined && called !== undefined) return unknown(from, 'computed', `${type.toLowerCase()}/${called}`);
  // two that are written alike are the same thing, whatever it is
  return unknown(from, 'function', text.toLowerCase());
};

const resolved = (value: Value, names: Names, depth: number): Value => {
  if (value.kind === 'list') return { ...value, items: value.items.map((item) => resolved(item, names, depth)) };
  if (value.kind === 'object')
    return { ...value, items: new Map([...value.items].map(([name, item]) => [name, resolved(item, names, depth)])) };
  if (value.kind !== 'known' || typeof value.value !== 'string') return value;
  const text = value.value;
  if (text.startsWith('[[')) return known(value.from, text.slice(1));
  return text.startsWith('[') && text.endsWith(']') ? expressionOf(text, value.from, names, depth) : value;
};

/** A resource within a resource has the type and the name of that before its own. */
const nested = (resource: Value, outer: Value): Value => {
  const join = (name: 'type' | 'name'): Value | undefined => {
    const [a, b] = [memberOf(outer, name), memberOf(resource, name)];
    const [x, y] = [plainText(a), plainText(b)];
    return x === null || y === null || b === undefined || y.includes('/') ? b : known(b.from, `${x}/${y}`);
  };
  if (resource.kind !== 'object') return resource;
  const items = new Map(resource.items);
  const [type, name] = [join('type'), join('name')];
  if (type !== undefined) items.set('type', type);
  if (name !== undefined) items.set('name', name);
  return { ...resource, items };
};

const listIn = (value: Value | undefined): readonly Value[] =>
  value?.kind === 'list' ? value.items : value?.kind === 'object' ? [...value.items.values()] : [];

const withInner = (resource: Value, depth: number): readonly Value[] =>
  depth > DEEPEST
    ? []
    : [resource, ...listIn(memberOf(resource, 'resources')).flatMap((r) => withInner(nested(r, resource), depth + 1))];

/** The resources of a template, its own expressions worked out as far as they are here. */
export const resourcesOfTemplate = (template: Value): readonly Value[] => {
  const names = { parameters: memberOf(template, 'parameters'), variables: memberOf(template, 'variables') };
  return listIn(memberOf(template, 'resources')).flatMap((r) => withInner(resolved(r, names, 0), 0));
};
