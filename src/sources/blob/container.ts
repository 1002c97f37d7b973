import type { BlobItem, ContainerClient, StoragePipelineOptions } from '@azure/storage-blob';
import type { Instant } from '../../base/instant.ts';
import { azureIdentity } from '../azure/identity.ts';
import { BlobTrouble, blobTroubleOf } from './blob-trouble.ts';
import type { Block } from './block-plan.ts';
import { type ContainerUrl, containerName } from './container-url.ts';
import { chooseCredential, type Credential, endOfSas } from './credential.ts';

export interface ListedBlob {
  readonly name: string;
  readonly etag: string;
  readonly bytes: number;
  /** Only block blobs are made of blocks. */
  readonly isBlockBlob: boolean;
}

export interface BlockList {
  readonly etag: string;
  readonly bytes: number;
  readonly blocks: readonly Block[];
}

/** The three requests that reading a container takes. Each throws a `BlobTrouble`. */
export interface Container {
  /** Its URL without any secret. */
  readonly name: string;
  /** Requests that were begun, without those that the client repeated by itself. */
  readonly requests: number;
  /** One level: blobs that begin so, and the prefixes up to the next `/`. */
  level(prefix: string): Promise<{ readonly blobs: readonly ListedBlob[]; readonly prefixes: readonly string[] }>;
  /** Every blob that begins so. */
  below(prefix: string): Promise<readonly ListedBlob[]>;
  blocks(blob: string): Promise<BlockList>;
  /** Bytes of the blob as it was at that ETag; trouble of the kind `changed` where it is another by now. */
  bytes(blob: string, from: number, count: number, etag: string): Promise<Uint8Array>;
}

const ANSWER_WITHIN_MS = 60_000;
const OPTIONS: StoragePipelineOptions = {
  // Two seconds in all: whoever reads again and again has patience of its own, and a person wants to know.
  retryOptions: { maxTries: 4, retryDelayInMs: 500, maxRetryDelayInMs: 8_000 },
  userAgentOptions: { userAgentPrefix: 'unmasq' },
};

/** With the credential that the URL or the environment has; `stop` ends the requests that are under way. Throws a `BlobTrouble`. */
export const openContainerFor = async (
  url: ContainerUrl,
  env: Readonly<Record<string, string | undefined>>,
  now: Instant,
  stop: AbortSignal | null = null,
): Promise<Container> => {
  const credential = chooseCredential(url, env);
  if (!credential.ok) throw new BlobTrouble('no-credential', credential.problem);
  return openContainer(url, credential.value, now, stop);
};

/** The same with a credential. */
export const openContainer = async (
  url: ContainerUrl,
  credential: Credential,
  now: Instant,
  stop: AbortSignal | null = null,
): Promise<Container> => {
  const end = credential.kind === 'sas' ? endOfSas(credential.sas) : null;
  if (end !== null && end <= now)
    throw new BlobTrouble('refused-credential', `the SAS ended at ${new Date(end).toISOString()}`);
  return new AzureContainer(containerName(url), await clientOf(url, credential), stop);
};

/** The SDK is loaded where it is needed: nothing else waits for it. */
const clientOf = async (url: ContainerUrl, credential: Credential): Promise<ContainerClient> => {
  const { ContainerClient, StorageSharedKeyCredential } = await import('@azure/storage-blob');
  const name = containerName(url);
  switch (credential.kind) {
    case 'sas':
      return new ContainerClient(`${name}?${credential.sas}`, undefined, OPTIONS);
    case 'key':
      return new ContainerClient(name, new StorageSharedKeyCredential(url.account, credential.key), OPTIONS);
    case 'identity': {
      if (!name.startsWith('https:'))
        throw new BlobTrouble(
          'no-credential',
          'an identity is not shown over http, and there is neither a key nor a SAS',
        );
      return new ContainerClient(name, await azureIdentity(), OPTIONS);
    }
  }
};

class AzureContainer implements Container {
  requests = 0;
  readonly name: string;
  private readonly client: ContainerClient;
  private readonly stop: AbortSignal | null;

  constructor(name: string, client: ContainerClient, stop: AbortSignal | null) {
    this.name = name;
    this.client = client;
    this.stop = stop;
  }

  async level(prefix: string): ReturnType<Container['level']> {
    const segments = await this.pages((abortSignal) => this.client.listBlobsByHierarchy('/', { prefix, abortSignal }));
    return {
      blobs: segments.flatMap(({ blobItems }) => blobItems.map(listed)),
      prefixes: segments.flatMap(({ blobPrefixes }) => (blobPrefixes ?? []).map(({ name }) => name)),
    };
  }

  async below(prefix: string): Promise<readonly ListedBlob[]> {
    const segments = await this.pages((abortSignal) => this.client.listBlobsFlat({ prefix, abortSignal }));
    return segments.flatMap(({ blobItems }) => blobItems.map(listed));
  }

  blocks(blob: string): Promise<BlockList> {
    return this.ask(async (abortSignal) => {
      const { etag, blobContentLength, committedBlocks } = await this.client
        .getBlockBlobClient(blob)
        .getBlockList('committed', { abortSignal });
      const blocks = (committedBlocks ?? []).map(({ name, size }) => ({ id: name, size }));
      return { etag: etag ?? '', bytes: blobContentLength ?? 0, blocks };
    });
  }

  bytes(blob: string, from: number, count: number, etag: string): Promise<Uint8Array> {
    return this.ask(async (abortSignal) =>
      this.client.getBlockBlobClient(blob).downloadToBuffer(from, count, {
        blockSize: count,
        concurrency: 1,
        conditions: { ifMatch: etag },
        abortSignal,
      }),
    );
  }

  /** Each page is a request of its own, with time of its own. */
  private async pages<Segment>(list: (signal: AbortSignal) => Paged<Segment>): Promise<readonly Segment[]> {
    const segments: Segment[] = [];
    let continuationToken: string | undefined;
    do {
      const page = await this.ask(async (signal) => {
        const from = continuationToken === undefined ? {} : { continuationToken };
        return list(signal).byPage(from)[Symbol.asyncIterator]().next();
      });
      if (page.done === true) break;
      segments.push(page.value.segment);
      continuationToken = page.value.continuationToken;
    } while (continuationToken !== undefined && continuationToken !== '');
    return segments;
  }

  private async ask<Value>(work: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
    this.requests++;
    const late = AbortSignal.timeout(ANSWER_WITHIN_MS);
    try {
      return await work(this.stop === null ? late : AbortSignal.any([late, this.stop]));
    } catch (error) {
      throw this.stop?.aborted === true ? new BlobTrouble('stopped', 'asked to end') : blobTroubleOf(error);
    }
  }
}

/** As the SDK gives lists. */
interface Paged<Segment> {
  byPage(from: { readonly continuationToken?: string }): AsyncIterable<{
    readonly segment: Segment;
    readonly continuationToken?: string | undefined;
  }>;
}

const listed = ({ name, properties }: BlobItem): ListedBlob => ({
  name,
  // As a response's header has it: in quotes.
  etag: properties.etag.startsWith('"') ? properties.etag : `"${properties.etag}"`,
  bytes: properties.contentLength ?? 0,
  isBlockBlob: properties.blobType === undefined || properties.blobType === 'BlockBlob',
});
