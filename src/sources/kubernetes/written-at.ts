import { type Instant, parseInstant } from '../../base/instant.ts';
import { type JsonObject, listOf, memberAt, member } from '../../formats/json/json-value.ts';
import { latestMention } from '../../formats/kube/object-reader.ts';

/**
 * When this version of an object was written, to the second, by the API server's clock: it stamps whatever it writes on somebody's behalf.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 * A server that does not tell leaves the latest time that the object mentions, which is no later. null: not even that.
 */
export const writtenAt = (object: JsonObject): Instant | null => {
  let latest: Instant | null = null;
  for (const field of listOf(memberAt(object, 'metadata', 'managedFields'))) {
    const time = member(field, 'time');
    const read = typeof time === 'string' ? parseInstant(time) : null;
    if (read?.ok === true && (latest === null || read.value > latest)) latest = read.value;
  }
  return latest ?? latestMention(object);
};
