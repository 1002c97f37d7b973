import type { Instant } from '../../base/instant.ts';
import type { ByteObject, TimeSpan } from '../../core/ports.ts';
import { changedHours, inParallel } from './changed-hours.ts';
import { openContainerFor } from './container.ts';
import { type ContainerUrl, containerName } from './container-url.ts';
import { findHours } from './find-hours.ts';

export interface FindOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: Instant;
  readonly span: TimeSpan;
  /** Up to where its blobs were read. */
  readonly cursors: (source: string, span: TimeSpan) => Promise<ReadonlyMap<string, string>>;
}

export interface Found {
  readonly name: string;
  readonly objects: readonly ByteObject[];
  readonly skipped: readonly { readonly name: string; readonly why: string; readonly isProblem: boolean }[];
  readonly unchanged: number;
}

/** What is new in a container. Throws a `BlobTrouble`. */
export const findBlobs = async (url: ContainerUrl, { env, now, span, cursors }: FindOptions): Promise<Found> => {
  const container = await openContainerFor(url, env, now);
  const { hours, others } = await findHours(container, url.prefix, span);
  const changed = changedHours(container, hours, await cursors(container.name, span));
  const skipped = others.map(({ name, isBlockBlob }) => ({
    name: `${container.name}/${name}`,
    why: isBlockBlob ? 'no flow log by its name' : 'not a block blob, as flow logs are',
    isProblem: false,
  }));
  const nothing = { name: containerName(url), why: 'it holds no flow logs of that time', isProblem: true };
  return {
    name: container.name,
    objects: inParallel(changed),
    skipped: hours.length === 0 ? [...skipped, nothing] : skipped,
    unchanged: hours.length - changed.length,
  };
};
