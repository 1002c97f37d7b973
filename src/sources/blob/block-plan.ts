import { createHash } from 'node:crypto';

/** A committed block: its id, and how many bytes it has. */
export interface Block {
  readonly id: string;
  readonly size: number;
}

/**
 * Up to where a blob was read. An ETag changes with every append and a creation time may, so neither tells a blob from another of its
 * name: what was read is known again by the ids and sizes of its blocks, and by how it ended.
 */
export interface Position {
  /** As it was then: a blob that still has it has nothing new. */
  readonly etag: string;
  /** Blocks that were read, without the closing one. 0: the blob was not made block by block, and is read whole. */
  readonly blocks: number;
  /** Their bytes. */
  readonly bytes: number;
  /** A digest of their ids and sizes. */
  readonly chain: string;
  /** A digest of their last bytes, `TAIL` of them at most. */
  readonly tail: string;
}

/** So many bytes before the cursor are read again, to see that they are the same. */
export const TAIL = 512;

/** `{"records":[` has 12 bytes and `]}` has 2. Whoever copies a blob cuts it into blocks of megabytes, at any byte. */
const [MOST_HEAD, MOST_CLOSER] = [32, 16] as const;

/**
 * Azure appends to the hour of a NIC minute by minute: a head, blocks of whole records, and a closing block, before which the next come.
 * Gives the blocks without the closing one; null for a blob that was not made so.
 * https://learn.microsoft.com/azure/network-watcher/flow-logs-read
 */
export const dataBlocks = (blocks: readonly Block[]): readonly Block[] | null => {
  const [head, closer] = [blocks[0], blocks.at(-1)];
  const isAppended =
    blocks.length >= 2 && (head?.size ?? Infinity) <= MOST_HEAD && (closer?.size ?? Infinity) <= MOST_CLOSER;
  return isAppended ? blocks.slice(0, -1) : null;
};

export const sizeOf = (blocks: readonly Block[]): number => blocks.reduce((sum, { size }) => sum + size, 0);

export const chainOf = (blocks: readonly Block[]): string =>
  digest(blocks.map(({ id, size }) => `${size} ${id}\n`).join(''));

export const digest = (of: string | Uint8Array): string =>
  createHash('sha256').update(of).digest('base64url').slice(0, 22);

/** How many of the blocks were read before: all that the position knows, or none. */
export const blocksRead = (data: readonly Block[], position: Position | null): number => {
  if (position === null || position.blocks < 2 || position.blocks > data.length) return 0;
  const before = data.slice(0, position.blocks);
  return sizeOf(before) === position.bytes && chainOf(before) === position.chain ? position.blocks : 0;
};

export interface Range {
  readonly from: number;
  readonly until: number;
}

/** Blocks in runs of at most so many bytes, so that a run that cannot be read leaves no half record behind; a larger one is cut. */
export const rangesOf = (blocks: readonly Block[], from: number, most: number): readonly Range[] => {
  const ranges: Range[] = [];
  let begin = from;
  let end = from;
  for (const { size } of blocks) {
    if (end > begin && end + size - begin > most) {
      ranges.push({ from: begin, until: end });
      begin = end;
    }
    end += size;
    while (end - begin > most) {
      ranges.push({ from: begin, until: begin + most });
      begin += most;
    }
  }
  if (end > begin) ranges.push({ from: begin, until: end });
  return ranges;
};

export const positionText = (position: Position): string => JSON.stringify(position);

/** null: it is none that this program wrote. Then the blob is read from its beginning. */
export const parsePosition = (text: string | undefined): Position | null => {
  if (text === undefined) return null;
  try {
    const { etag, blocks, bytes, chain, tail } = JSON.parse(text) as Position;
    const isWhole = [etag, chain, tail].every((one) => typeof one === 'string') && Number.isSafeInteger(blocks);
    return isWhole && Number.isSafeInteger(bytes) ? { etag, blocks, bytes, chain, tail } : null;
  } catch {
    return null;
  }
};
