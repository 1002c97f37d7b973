export type Kind = 'Pod' | 'Node' | 'Event';

export interface ApiObject {
  readonly apiVersion: 'v1';
  readonly kind: Kind;
  readonly metadata: Metadata;
  readonly spec?: object;
  readonly status?: { readonly phase?: string; readonly [more: string]: unknown };
  /** Of events, which have neither. */
  readonly involvedObject?: object;
  readonly reason?: string;
  readonly message?: string;
  readonly type?: string;
  readonly count?: number;
  readonly firstTimestamp?: string;
  readonly lastTimestamp?: string;
  readonly eventTime?: null;
  readonly source?: object;
  readonly reportingComponent?: string;
  readonly reportingInstance?: string;
}

export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly creationTimestamp: string;
  readonly resourceVersion?: string;
  readonly [other: string]: unknown;
}

/** One write. */
export interface Change {
  readonly revision: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly key: string;
  readonly object: ApiObject;
}

const keyOf = (object: ApiObject): string =>
  `${object.kind}/${object.metadata.namespace ?? ''}/${object.metadata.name}`;

/** Objects as etcd keeps them: each write is a revision of the whole, and the past is there until it is compacted. */
export class History {
  revision = 1;
  /** What happened at or before it is no longer known, but for what it left. */
  compacted = 0;
  private changes: Change[] = [];
  /** As of `compacted`. */
  private base = new Map<string, ApiObject>();
  private readonly current = new Map<string, ApiObject>();
  private readonly listeners = new Set<(change: Change) => void>();

  get(key: string): ApiObject | undefined {
    return this.current.get(key);
  }

  /** `stamp` writes the revision into the object. */
  write(
    type: 'put' | 'delete',
    object: ApiObject,
    stamp: (object: ApiObject, revision: number) => ApiObject,
  ): ApiObject {
    const key = keyOf(object);
    const before = this.current.get(key);
    const revision = ++this.revision;
    const stamped = stamp(object, revision);
    if (type === 'delete') this.current.delete(key);
    else this.current.set(key, stamped);
    const change: Change = {
      revision,
      type: type === 'delete' ? 'DELETED' : before === undefined ? 'ADDED' : 'MODIFIED',
      key,
      object: stamped,
    };
    this.changes.push(change);
    for (const listener of this.listeners) listener(change);
    return stamped;
  }

  compact(revision: number): void {
    for (const change of this.changes) {
      if (change.revision > revision) break;
      if (change.type === 'DELETED') this.base.delete(change.key);
      else this.base.set(change.key, change.object);
    }
    this.changes = this.changes.filter((change) => change.revision > revision);
    this.compacted = Math.max(this.compacted, revision);
  }

  /** Everything as it was, in the order of keys; null: that is compacted. */
  at(revision: number): readonly (readonly [string, ApiObject])[] | null {
    if (revision < this.compacted) return null;
    if (revision >= this.revision) return sorted(this.current);
    const then = new Map(this.base);
    for (const { key, object, type, revision: of } of this.changes) {
      if (of > revision) break;
      if (type === 'DELETED') then.delete(key);
      else then.set(key, object);
    }
    return sorted(then);
  }

  /** What came after; null: some of it is compacted. */
  since(revision: number): readonly Change[] | null {
    return revision < this.compacted ? null : this.changes.filter((change) => change.revision > revision);
  }

  listen(listener: (change: Change) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }
}

const sorted = (objects: ReadonlyMap<string, ApiObject>): (readonly [string, ApiObject])[] =>
  [...objects].sort(([a], [b]) => (a < b ? -1 : 1));
