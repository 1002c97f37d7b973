import { isObject, type JsonObject, listOf, member, memberAt, textOf } from '../json/json-value.ts';

/** `Pod`, `Node`, another kind, or empty where it cannot be told. The elements of a typed list do not carry their kind. */
export const kindOf = (object: JsonObject, listKind: string): string => {
  const stated = textOf(member(object, 'kind'));
  if (stated !== '') return stated;
  if (listKind.length > 'List'.length && listKind.endsWith('List')) return listKind.slice(0, -'List'.length);
  if (Array.isArray(memberAt(object, 'spec', 'containers'))) return 'Pod';
  return isObject(memberAt(object, 'status', 'nodeInfo')) ? 'Node' : '';
};

export const isList = (value: JsonObject): boolean => {
  const items = member(value, 'items');
  return (
    textOf(member(value, 'kind')).endsWith('List') && (items === undefined || items === null || Array.isArray(items))
  );
};

export const isWatchEvent = (value: JsonObject): boolean =>
  typeof member(value, 'type') === 'string' && isObject(member(value, 'object'));

/**
 * Why a list does not hold everything there is; null when nothing says so.
 * A page of a longer list has `continue`; the kubelet's own list (`/pods`) holds one node's pods and has no resourceVersion,
 * which a list of the API server always has.
 */
export const whyPartial = (around: JsonObject): string | null => {
  const metadata = member(around, 'metadata');
  if (textOf(member(metadata, 'continue')) !== '') return 'page of a longer list';
  return isObject(metadata) && member(metadata, 'resourceVersion') === undefined ? "list of one node's kubelet" : null;
};

export const itemsOf = (list: JsonObject): readonly unknown[] => listOf(member(list, 'items'));
