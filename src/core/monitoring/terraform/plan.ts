import type { Spot } from '../hcl/value.ts';
import type { ProviderTypes } from '../provider/provider-types.ts';
import type { Configuration, Resource } from './configuration.ts';
import { DEEPEST, isObject, type Json, objectIn, objectsIn, textIn } from './plan-json.ts';
import { referableIn, withoutIndexes } from './plan-references.ts';
import { planSection } from './plan-section.ts';

/** What `terraform show -json` says of a plan. https://developer.hashicorp.com/terraform/internals/json-format */
export interface Plan extends Json {
  readonly format_version: string;
}

export const isPlan = (json: unknown): json is Plan => isObject(json) && typeof json['format_version'] === 'string';

/** Whether it was made to its end, so that what is not in it is not made. */
export const isWhole = (plan: Plan): boolean => plan['errored'] !== true && plan['complete'] !== false;

interface ResourceIn {
  readonly prefix: string;
  readonly of: Json;
}

/** The resources of a module and of those in it. */
const resourcesIn = (module: Json, prefix: string, depth: number): readonly ResourceIn[] =>
  depth > DEEPEST
    ? []
    : [
        ...objectsIn(module, 'resources').map((of) => ({ prefix, of })),
        ...objectsIn(module, 'child_modules').flatMap((child) =>
          resourcesIn(child, `${textIn(child, 'address')}.`, depth + 1),
        ),
      ];

/** `placeOf` says where an address stands: in the plan, or in the files that it was made of. */
export const planConfiguration = (
  plan: Plan,
  types: ProviderTypes,
  placeOf: (address: string) => Spot,
): Configuration => {
  const unknowns = new Map(
    objectsIn(plan, 'resource_changes').map((r) => [textIn(r, 'address'), objectIn(r, 'change', 'after_unknown')]),
  );
  const names = referableIn(objectIn(plan, 'configuration', 'root_module'));
  const resources = resourcesIn(objectIn(plan, 'planned_values', 'root_module'), '', 0).map(
    ({ prefix, of }): Resource => {
      const [address, type] = [textIn(of, 'address'), textIn(of, 'type')];
      return {
        address,
        mode: of['mode'] === 'data' ? 'data' : 'managed',
        type,
        name: textIn(of, 'name'),
        body: planSection(
          objectIn(of, 'values'),
          unknowns.get(address) ?? {},
          names.resources.get(withoutIndexes(address)) ?? {},
          Object.hasOwn(types.resources, type) ? types.resources[type] : undefined,
          { at: placeOf(address), prefix, names },
        ),
        certain: true,
      };
    },
  );
  return {
    root: '',
    folders: [],
    resources,
    absent: [],
    undeclared: [],
    providerVersion: null,
    isPlan: true,
    says: new Map(),
  };
};

/** Where a plan's own text has each resource: good enough to open it there. One look at the text, however many are asked for. */
export const placesInPlan = (file: string, text: string): ((address: string) => Spot) => {
  const places = new Map<string, Spot['at']>();
  let [line, start, seen] = [1, 0, 0];
  for (const found of text.matchAll(/"address":\s*("(?:[^"\\]|\\.)*")/g)) {
    for (let at = text.indexOf('\n', seen); at >= 0 && at < found.index; at = text.indexOf('\n', at + 1))
      [line, start] = [line + 1, at + 1];
    seen = Math.max(found.index, start);
    const address = addressIn(found[1] ?? '');
    if (!places.has(address))
      places.set(address, {
        line,
        column: found.index - start + 1,
        from: found.index,
        until: found.index + found[0].length,
      });
  }
  return (address) => ({ file, at: places.get(address) ?? { line: 1, column: 1, from: 0, until: 0 } });
};

const addressIn = (quoted: string): string => {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return '';
  }
};
