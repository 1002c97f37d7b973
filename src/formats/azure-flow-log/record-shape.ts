import { fail, type Result } from '../../base/result.ts';
import type { Name } from './record-names.ts';

/** What a container is for us. Groups nest: VNet has flows of flow groups, NSG flows of flows. */
export type Role = 'records' | 'record' | 'groups' | 'group' | 'tuples';

type Refusal = Extract<Result<never, string>, { readonly ok: false }>;

const refusal = (what: string, isArray: boolean): Refusal =>
  fail(`expected ${what}, got ${isArray ? 'an array' : 'an object'}`) as Refusal;

/**
 * What the container under `name` in `parent` is (`parent` null: at the top); null when it is nothing of ours, and is passed over.
 * A name of ours in a wrong place is refused rather than passed over: there may be flows in it.
 */
export const roleIn = (
  parent: Role | null,
  name: Name,
  isArray: boolean,
  mayBeEnvelope: boolean,
): Role | null | Refusal => {
  switch (parent) {
    case null:
      return isArray ? 'records' : 'record';
    case 'records':
      return isArray ? refusal('a record', isArray) : 'record';
    case 'groups':
      return isArray ? refusal('a group of flows', isArray) : 'group';
    case 'tuples':
      return refusal('a tuple', isArray);
    case 'record':
      return inRecord(name, isArray, mayBeEnvelope);
    case 'group':
      return inGroup(name, isArray);
  }
};

const inRecord = (name: Name, isArray: boolean, mayBeEnvelope: boolean): Role | null | Refusal => {
  switch (name) {
    case null:
    case 'rule':
      return null;
    case 'records':
      if (!mayBeEnvelope) return refusal('"records" only around records', isArray);
      return isArray ? 'records' : refusal('records as an array', isArray);
    case 'body':
      return isArray ? refusal('flows as an object', isArray) : 'group';
    case 'flows':
    case 'tuples':
      return refusal('flows inside "flowRecords" or "properties"', isArray);
    case 'time':
    case 'mac':
    case 'target':
    case 'resource':
      return refusal(`${name} as text`, isArray);
  }
};

const inGroup = (name: Name, isArray: boolean): Role | null | Refusal => {
  switch (name) {
    case 'flows':
      return isArray ? 'groups' : refusal('flows as an array', isArray);
    case 'tuples':
      return isArray ? 'tuples' : refusal('flowTuples as an array', isArray);
    case 'records':
    case 'body':
      return refusal('a record only among records', isArray);
    case 'rule':
    case 'mac':
      return refusal(`${name} as text`, isArray);
    case 'time':
    case 'target':
    case 'resource':
    case null:
      return null;
  }
};
