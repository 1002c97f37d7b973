import type { Decoder, Taken } from '../decoder.ts';
import { Gathered } from '../json/gathered.ts';
import { isObject, parseValue, textOf, member } from '../json/json-value.ts';
import { type Values, ValueSplitter } from '../json/split-values.ts';
import { Members } from './members.ts';
import { readerOf, serviceTag, typeIn } from './read-resource.ts';

/**
 * Resources of Azure as `az … show` and `az … list -o json` print them, and the REST API (`value`); service tags as `az network list-service-tags` and
 * Microsoft's `ServiceTags_Public_*.json` have them (`values`). A resource of which one used member has another shape than it should is refused as a whole:
 * a route table without one of its routes would lead elsewhere.
 */
export const azureResourceDecoder = (): Decoder => new AzureResourceDecoder();

class AzureResourceDecoder implements Decoder, Values {
  readonly format = 'azure-resource';
  private readonly gathered = new Gathered();
  private readonly splitter = new ValueSplitter({ value: 'whole', values: 'whole' }, this);

  get waiting(): number {
    return this.gathered.waiting;
  }

  push(bytes: Uint8Array): void {
    this.splitter.push(bytes);
  }

  end(): void {
    this.splitter.end();
  }

  take(): Taken {
    return this.gathered.take();
  }

  opened(): void {
    // What stands around a list says nothing that its elements do not.
  }

  closed(): void {
    // Nor does what stands behind it.
  }

  refused({ place, why, text }: { readonly place: string; readonly why: string; readonly text: string }): void {
    this.gathered.reject(place, why, text);
  }

  value(text: string, place: string): void {
    const parsed = parseValue(text);
    if (!parsed.ok) return this.gathered.reject(place, parsed.problem, text);
    const { value } = parsed;
    const id = textOf(member(value, 'id')).toLowerCase();
    const type = typeIn(id);
    const of = new Members(value);
    if (!isObject(value) || (type === '' && !of.has('addressPrefixes')))
      return this.gathered.reject(place, 'expected a resource with its id, or a service tag', text);
    const read = type === '' ? serviceTag : readerOf(type);
    if (read === undefined) return this.gathered.ignore(type);
    const resource = read(of, id);
    const [fault] = of.faults;
    if (fault === undefined) this.gathered.resource(resource);
    else this.gathered.reject(`${place}, ${fault.path}`, fault.why, text);
  }
}
