import type { Spot } from '../hcl/value.ts';
import type { Section } from '../terraform/configuration.ts';
import type { Reference, Setting } from './setting.ts';

/** What every member of an estate has: what it is called, and where it stands. */
export interface Thing {
  /** As Terraform prints it (`module.net.azurerm_subnet.nodes`), the id or name in a document of Azure, `ConfigMap kube-system/name`. */
  readonly address: string;
  /** As Azure calls it, in lower case; null: it is not told. */
  readonly id: string | null;
  readonly name: Setting<string | null>;
  readonly at: Spot;
  /** Where an argument that is missing would be written: the offset of the closing brace. Null: not in Terraform's language. */
  readonly end: number | null;
  /** As Terraform has it; null: it comes from a document. */
  readonly section: Section | null;
  /** False: a condition that is not told may leave it out. It is no proof that there is one. */
  readonly certain: boolean;
}

/**
 * Whether a reference means a thing. Null: it may. Only what is certainly something else is false: an id of another resource of the same
 * configuration, or a typed id that ends in another name.
 */
export const means = ({ value }: Reference, thing: Thing): boolean | null => {
  if (value === undefined) return false;
  if (value.kind === 'known') {
    if (value.value === null) return false;
    const id = String(value.value).toLowerCase();
    if (thing.id !== null) return id === thing.id;
    const name = thing.name.is === 'untold' ? null : thing.name.value;
    return name !== null && !id.endsWith(`/${name.toLowerCase()}`) ? false : null;
  }
  if (value.kind === 'object') return value.resource === undefined ? null : value.resource === thing.address;
  if (value.kind === 'list' || value.is === null) return null;
  if (value.is === `${thing.address}.id` || value.is === thing.address) return true;
  return value.why === 'computed' && thing.section !== null ? false : null;
};

/** The first by address, so that it is the same in whatever order files are read. */
export const firstOf = <T extends Thing>(things: readonly T[]): T | undefined =>
  things.toSorted((a, b) => (a.address < b.address ? -1 : 1))[0];

/** Which of the things a reference means; null: it cannot be told, undefined: none of them, certainly. */
export const meant = <T extends Thing>(reference: Reference, things: readonly T[]): T | null | undefined => {
  const found = things.find((thing) => means(reference, thing) === true);
  if (found !== undefined) return found;
  return things.some((thing) => means(reference, thing) === null) ? null : undefined;
};

/** Whether two references mean the same; null: not told. */
export const sameReference = (a: Reference, b: Reference): boolean | null => {
  const [x, y] = [a.value, b.value];
  if (x === undefined || y === undefined) return x === y;
  if (x.kind === 'known' && y.kind === 'known') return String(x.value).toLowerCase() === String(y.value).toLowerCase();
  if (x.kind !== 'unknown' || y.kind !== 'unknown' || x.is === null || y.is === null) return null;
  if (x.is === y.is) return true;
  return x.why === 'computed' && y.why === 'computed' && x.is.endsWith('.id') && y.is.endsWith('.id') ? false : null;
};

/** The type of resource that a reference means, as Terraform calls it or as it stands in an id; null: not told. */
export const typeMeant = ({ value }: Reference): string | null => {
  if (value?.kind === 'known') return /\/providers\/([^/]+\/[^/]+)\/[^/]+$/i.exec(String(value.value))?.[1] ?? null;
  if (value?.kind === 'object') return typeInAddress(value.resource ?? '');
  if (value?.kind !== 'unknown') return null;
  // an id that is put together ends as it is written
  if (value.text !== undefined)
    return /\/providers\/([^/]+\/[^/]+)\/[^/]*$/i.exec(value.text.at(-1) ?? '')?.[1] ?? null;
  return value.is === null ? null : typeInAddress(value.is);
};

const typeInAddress = (address: string): string | null =>
  /(?:^|\.)(?:data\.)?(azurerm_\w+|azapi_\w+)\./.exec(address)?.[1] ?? null;
