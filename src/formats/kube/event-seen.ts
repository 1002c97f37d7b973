import type { Instant } from '../../base/instant.ts';
import { EVENT_MESSAGE, type KubeEvent } from '../../core/facts.ts';
import { type JsonObject, member, memberAt, textOf } from '../json/json-value.ts';
import type { ObjectReader } from './object-reader.ts';

/**
 * What one Event says, of `v1` or of `events.k8s.io/v1`, which has other names for the same; null when it lacks what it is for.
 * https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
 */
export const eventSeen = (event: JsonObject, reader: ObjectReader): KubeEvent | null => {
  const about = member(event, 'involvedObject') ?? member(event, 'regarding');
  const source = member(event, 'source') ?? member(event, 'deprecatedSource');
  const uid = textOf(memberAt(event, 'metadata', 'uid'));
  const [reason, kind, name] = [member(event, 'reason'), member(about, 'kind'), member(about, 'name')].map(textOf);
  if (uid === '' || !reason || !kind || !name) {
    reader.refuse('the event', 'expected metadata.uid, a reason and what it is about', event);
    return null;
  }
  const time = (...paths: readonly (readonly string[])[]): Instant | null => {
    for (const path of paths) {
      const at = reader.time(memberAt(event, ...path), path.join('.'));
      if (at !== null) return at;
    }
    return null;
  };
  const first = time(
    ['firstTimestamp'],
    ['deprecatedFirstTimestamp'],
    ['eventTime'],
    ['metadata', 'creationTimestamp'],
  );
  const last = time(['series', 'lastObservedTime'], ['lastTimestamp'], ['deprecatedLastTimestamp']) ?? first;
  if (first === null || last === null) {
    reader.refuse('the event', 'expected a time, got an event that tells none', event);
    return null;
  }
  const component = [
    member(event, 'reportingComponent'),
    member(event, 'reportingController'),
    member(source, 'component'),
  ].map(textOf);
  return {
    uid,
    reason,
    type: textOf(member(event, 'type')),
    kind,
    namespace: textOf(member(about, 'namespace')),
    name,
    node: textOf(member(source, 'host')) || (kind === 'Node' ? name : ''),
    message: (textOf(member(event, 'message')) || textOf(member(event, 'note'))).slice(0, EVENT_MESSAGE),
    count: countOf(event),
    first: first < last ? first : last,
    last,
    component: component.find((one) => one !== '') ?? '',
  };
};

const countOf = (event: JsonObject): number => {
  const counts = [memberAt(event, 'series', 'count'), member(event, 'count'), member(event, 'deprecatedCount')];
  const told = counts.find((count) => typeof count === 'number' && Number.isSafeInteger(count) && count > 0);
  return Math.min(typeof told === 'number' ? told : 1, 0xffff_ffff);
};
