import { known, type Value } from '../../hcl/value.ts';
import type { Section } from '../../terraform/configuration.ts';
import { memberOf, plainText, textAt } from '../members-of.ts';
import type { Reference } from '../setting.ts';
import type { Thing } from '../thing.ts';

/** A resource as Azure's documents have it: of the REST API, as `az` prints it, in a template, in the body of an azapi resource. */
export interface ArmResource {
  /** `microsoft.network/natgateways`, in lower case. */
  readonly type: string;
  readonly thing: Thing;
  /** Its properties, wherever they stand: under `properties`, or, as `az` flattens them, beside the name. */
  readonly of: Value;
  /** What it hangs on: the resource above it, or the scope that it extends. Of the outermost: nothing. */
  readonly parent: Reference;
  /** Stands in a document by itself: what joins it to others is another call. */
  readonly isBare: boolean;
}

/** Types of an id, from the last provider on: `/…/providers/Microsoft.Network/virtualNetworks/a/subnets/b`. */
const typeOfId = (id: string): string => {
  const tail = id.toLowerCase().split('/providers/').at(-1) ?? '';
  const [provider = '', ...path] = tail.split('/');
  return path.length < 2 ? '' : [provider, ...path.filter((_, i) => i % 2 === 0)].join('/');
};

/** The id of what a resource hangs on: that of the outer one, or that before the last provider of an extension. */
const parentOfId = (id: string): string | null => {
  const at = id.toLowerCase().lastIndexOf('/providers/');
  const tail = id.slice(at + '/providers/'.length).split('/');
  if (at < 0) return null;
  if (tail.length > 3) return id.slice(0, at + '/providers/'.length) + tail.slice(0, -2).join('/');
  return id.slice(0, at).toLowerCase().includes('/providers/') ? id.slice(0, at) : null;
};

const flattened = (value: Value): Value => {
  const properties = memberOf(value, 'properties');
  if (value.kind !== 'object' || properties?.kind !== 'object') return value;
  return { ...value, items: new Map([...value.items, ...properties.items]) };
};

/** A document of Azure as a resource; null: it is none. */
export const armResource = (value: Value): ArmResource | null => {
  const id = plainText(memberOf(value, 'id'));
  const written = plainText(memberOf(value, 'type'));
  const type = typeOfId(id ?? '') || (written?.includes('/') === true ? written.toLowerCase() : '');
  const of = flattened(value);
  const bare = type === '' && isRule(of) ? 'microsoft.insights/datacollectionrules' : type;
  if (bare === '') return null;
  const name = textAt(value, 'name');
  const parent = parentOfId(id ?? '') ?? plainText(memberOf(value, 'scope'));
  return {
    type: bare,
    thing: {
      address: id ?? `${bare}/${name.is === 'set' ? (name.value ?? '') : (plainText(memberOf(value, 'name')) ?? '?')}`,
      id: id?.toLowerCase() ?? null,
      name,
      at: value.from,
      end: null,
      section: null,
      certain: true,
    },
    of,
    parent: { value: parent === null ? undefined : known(value.from, parent), at: value.from },
    isBare: type === '',
  };
};

/** A rule of data collection as `az monitor data-collection rule create --rule-file` takes it: nothing but its properties. */
const isRule = (of: Value): boolean =>
  memberOf(of, 'dataSources')?.kind === 'object' || memberOf(of, 'dataFlows')?.kind === 'list';

/** The body of an azapi resource as a document of Azure. */
export const azapiResource = (thing: Thing, section: Section): ArmResource | null => {
  const type = plainText(section.arguments.get('type'))?.split('@')[0]?.toLowerCase();
  const body = section.arguments.get('body');
  if (type === undefined || body?.kind !== 'object') return null;
  const parent = section.arguments.get('parent_id');
  const items = new Map([...section.arguments].filter(([name]) => name === 'name' || name === 'location'));
  return {
    type,
    thing,
    of: flattened({ ...body, items: new Map([...items, ...body.items]) }),
    parent: { value: parent, at: section.spot },
    isBare: false,
  };
};
