import { type Instant, renderInstant } from '../../base/instant.ts';

/**
 * What a recorder of the Kubernetes API writes, a line each, and the decoder reads. The lines are those of the API with what only the recorder
 * knows: when. Times are RFC 3339, by the API server's clock.
 *
 *     {"kind":"PodList","apiVersion":"v1","at":AT,"metadata":{…},"items":[…]}       a page of a list that was taken AT
 *     {"kind":"PodList","apiVersion":"v1","at":AT,"whole":true,"metadata":{…},…}    its last page: with those before, it is everything
 *     {"type":"MODIFIED","at":AT,"object":{…}}                                      it was so AT; of DELETED, it was gone AT
 *     {"type":"BOOKMARK","from":FROM,"at":AT,"object":{"kind":"Pod",…}}             nothing was missed between the two
 *     {"type":"ERROR","from":FROM,"at":AT,"object":{"kind":"Status",…}}             something may have been
 */
export type Resource = 'pods' | 'nodes' | 'events';

const KIND_OF = { pods: 'Pod', nodes: 'Node', events: 'Event' } as const;

const line = (value: object): string => `${JSON.stringify(value)}\n`;

export const encodePage = (of: Resource, at: Instant, isLast: boolean, items: readonly object[]): string =>
  line({
    kind: `${KIND_OF[of]}List`,
    apiVersion: 'v1',
    at: renderInstant(at),
    ...(isLast ? { whole: true } : {}),
    // Of a list of the API server; a kubelet's has none.
    metadata: { resourceVersion: '' },
    items,
  });

export const encodeEvent = (
  of: Resource,
  type: 'ADDED' | 'MODIFIED' | 'DELETED',
  at: Instant,
  object: object,
): string => line({ type, at: renderInstant(at), object: { kind: KIND_OF[of], apiVersion: 'v1', ...object } });

export const encodeWatched = (of: Resource, from: Instant, until: Instant): string =>
  line({
    type: 'BOOKMARK',
    from: renderInstant(from),
    at: renderInstant(until),
    object: { kind: KIND_OF[of], apiVersion: 'v1', metadata: {} },
  });

export const encodeGap = (from: Instant, until: Instant, code: number, reason: string): string =>
  line({
    type: 'ERROR',
    from: renderInstant(from),
    at: renderInstant(until),
    object: { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason },
  });
