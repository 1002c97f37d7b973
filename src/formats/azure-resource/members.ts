import { parseCidr, parseIp } from '../../base/ip.ts';
import { isObject } from '../json/json-value.ts';

/** What of a resource is not of the shape that it should have. */
export interface Fault {
  /** `subnets[0].addressPrefix` */
  readonly path: string;
  readonly why: string;
}

/**
 * The members of an object as `az` or the REST API writes it: these spell some names with other capitals (`vnetSubnetId`, `vnetSubnetID`), and REST
 * keeps most of them in `properties`. What is absent or null is null; what is of another kind than it should be is a fault, told to all that came out of one resource.
 */
export class Members {
  readonly faults: Fault[];
  private readonly path: string;
  private readonly members: ReadonlyMap<string, unknown>;

  constructor(value: unknown, path = '', faults: Fault[] = []) {
    this.path = path;
    this.faults = faults;
    const own = isObject(value) ? Object.entries(value) : [];
    const inner = own.flatMap(([name, held]) => (name === 'properties' && isObject(held) ? Object.entries(held) : []));
    this.members = new Map([...inner, ...own].map(([name, held]) => [name.toLowerCase(), held]));
  }

  text(name: string): string | null {
    const value = this.get(name);
    return value === null || typeof value === 'string' ? value : this.fault(name, 'text', value);
  }

  neededText(name: string): string {
    const text = this.text(name);
    return text === null || text === '' ? (this.fault(name, 'text', text) ?? '') : text;
  }

  /** An id, or an object that has one. */
  id(name: string): string | null {
    const value = this.get(name);
    return isObject(value) ? this.object(name).id('id') : (this.text(name)?.toLowerCase() ?? null);
  }

  number(name: string): number | null {
    const value = this.get(name);
    return value === null || (typeof value === 'number' && Number.isFinite(value))
      ? value
      : this.fault(name, 'a number', value);
  }

  flag(name: string): boolean | null {
    const value = this.get(name);
    return value === null || typeof value === 'boolean' ? value : this.fault(name, 'true or false', value);
  }

  object(name: string): Members {
    const value = this.get(name);
    if (value !== null && !isObject(value)) this.fault(name, 'an object', value);
    return new Members(value, this.pathOf(name), this.faults);
  }

  /** Whether it is there, whatever it is. */
  has(name: string): boolean {
    return this.get(name) !== null;
  }

  objects(name: string): readonly Members[] {
    return this.list(name).map((value, i) => {
      const at = `${name}[${i}]`;
      if (!isObject(value)) this.fault(at, 'an object', value);
      return new Members(value, this.pathOf(at), this.faults);
    });
  }

  texts(name: string): readonly string[] {
    return this.list(name).flatMap((value, i) =>
      typeof value === 'string' ? [value] : (this.fault(`${name}[${i}]`, 'text', value) ?? []),
    );
  }

  /** The blocks of a member that is one, a list of them, or absent. */
  blocks(name: string): readonly string[] {
    return this.checked(name, (text) => parseCidr(text).ok, 'a block of addresses');
  }

  addresses(name: string): readonly string[] {
    return this.checked(name, (text) => parseIp(text).ok, 'an address');
  }

  fault(name: string, expected: string, value: unknown): null {
    const got = JSON.stringify(value) ?? 'nothing';
    this.faults.push({ path: this.pathOf(name), why: `expected ${expected}, got ${got.slice(0, 60)}` });
    return null;
  }

  private checked(name: string, fits: (text: string) => boolean, expected: string): readonly string[] {
    const value = this.get(name);
    // AKS fills some members that it does not use with empty text.
    const texts = (typeof value === 'string' ? [value] : this.texts(name)).filter((text) => text !== '');
    return texts.flatMap((text) => (fits(text) ? [text] : (this.fault(name, expected, text) ?? [])));
  }

  private list(name: string): readonly unknown[] {
    const value = this.get(name);
    return Array.isArray(value) ? value : value === null ? [] : (this.fault(name, 'a list', value) ?? []);
  }

  private get(name: string): unknown {
    return this.members.get(name.toLowerCase()) ?? null;
  }

  private pathOf(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }
}
