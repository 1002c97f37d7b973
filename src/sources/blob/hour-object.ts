import { fail, ok, type Result } from '../../base/result.ts';
import type { ByteObject, Cursor } from '../../core/ports.ts';
import { BlobTrouble, blobTroubleOf } from './blob-trouble.ts';
import {
  type Block,
  blocksRead,
  chainOf,
  dataBlocks,
  digest,
  type Position,
  positionText,
  type Range,
  rangesOf,
  sizeOf,
  TAIL,
} from './block-plan.ts';
import type { BlockList, Container } from './container.ts';
import type { Hour } from './find-hours.ts';
import { readAhead } from './read-ahead.ts';

type Piece = Result<Uint8Array, BlobTrouble>;

/** What is going to be read of a blob, and its first bytes as they stand in it. */
interface Begun {
  readonly plan: Plan;
  /** The last bytes that were read before. */
  readonly overlap: Uint8Array;
  readonly first: Uint8Array;
}

interface Plan {
  /** As the blob was when its blocks were listed: what was added since is not read. */
  readonly listed: string;
  /** As it is while it is read; moves on where only blocks were added meanwhile. */
  etag: string;
  /** Blocks without the closing one; null: the blob is not made block by block, and is read whole. */
  readonly data: readonly Block[] | null;
  /** How many of them were read before, and their bytes. */
  readonly blocksBefore: number;
  readonly bytesBefore: number;
  readonly ranges: readonly Range[];
}

const PIECE_BYTES = 4 * 1_048_576;
/** Pieces of one blob that are on their way at a time. */
const PIECES_AHEAD = 4;
const TRIES_OF_CHANGED = 5;

const HEAD = new TextEncoder().encode('{"records":[');
const CLOSER = new TextEncoder().encode(']}');
/** With what each block but the first begins: a comma, and a record. */
const NEXT_RECORD = /^\s*,?\s*(?=\{\s*"time")/;

/**
 * The blob of an hour as an object of bytes: what was added since it was read last, between a head and an end of our own, so that it is
 * whole JSON for whoever decodes it. Where it is in doubt whether the blob is the same, all of it is read.
 */
export class HourObject implements ByteObject {
  /** As a person would name it; it holds no secret. */
  readonly name: string;
  readonly hour: Hour;
  /** What was read of it so far: bytes, and when it is done the blocks. */
  bytes = 0;
  blocks = 0;
  private readonly container: Container;
  private readonly before: Position | null;
  private position: Position | null = null;

  constructor(container: Container, hour: Hour, before: Position | null) {
    this.name = `${container.name}/${hour.name}`;
    this.container = container;
    this.hour = hour;
    this.before = before;
  }

  /** About how many bytes there are to be read. */
  get bytesDue(): number {
    return Math.max(0, this.hour.bytes - (this.before?.bytes ?? 0));
  }

  cursors(): readonly Cursor[] {
    const { container, hour, position } = this;
    return position === null
      ? []
      : [{ source: container.name, object: hour.name, at: hour.at, position: positionText(position) }];
  }

  async *read(): AsyncGenerator<Result<Uint8Array, string>> {
    yield* this.readFrom(await this.begin());
  }

  /** Finds out what is new, and fetches the first piece of it. Never throws. */
  async begin(): Promise<Result<Begun, BlobTrouble>> {
    try {
      for (let tries = 1; ; tries++) {
        const list = await this.container.blocks(this.hour.name);
        const begun = (await this.beginAt(list, this.before)) ?? (await this.beginAt(list, null));
        if (begun !== null) return ok(begun);
        if (tries === TRIES_OF_CHANGED)
          return fail(new BlobTrouble('changed', 'it changes faster than it can be read'));
      }
    } catch (error) {
      return fail(blobTroubleOf(error));
    }
  }

  /** null: not so. It is another blob than the one that was read, or it changed since its blocks were listed. */
  private async beginAt({ etag, blocks, bytes }: BlockList, before: Position | null): Promise<Begun | null> {
    const data = dataBlocks(blocks);
    const blocksBefore = data === null ? 0 : blocksRead(data, before);
    if (before !== null && blocksBefore === 0) return null;
    const bytesBefore = data === null ? 0 : sizeOf(data.slice(0, blocksBefore));
    const whole = blocks.length === 0 ? [{ id: '', size: bytes }] : blocks;
    const ranges = rangesOf(data?.slice(blocksBefore) ?? whole, bytesBefore, PIECE_BYTES);
    const plan: Plan = { listed: etag, etag, data, blocksBefore, bytesBefore, ranges };
    const overlapping = Math.min(TAIL, bytesBefore);
    const from = bytesBefore - overlapping;
    const piece = await this.fetch(plan, { from, until: ranges[0]?.until ?? bytesBefore });
    if (!piece.ok) {
      if (piece.problem.kind === 'changed') return null;
      throw piece.problem;
    }
    const begun = { plan, overlap: piece.value.subarray(0, overlapping), first: piece.value.subarray(overlapping) };
    const isSame = before === null || (digest(begun.overlap) === before.tail && commaOf(begun.first) !== null);
    return isSame ? begun : null;
  }

  /** As `read`, once it has begun. */
  async *readFrom(begun: Result<Begun, BlobTrouble>): AsyncGenerator<Result<Uint8Array, string>> {
    if (!begun.ok) return yield fail(begun.problem.message);
    const { plan, overlap, first } = begun.value;
    let tail = lastOf(overlap, first);
    this.bytes += first.length;
    if (plan.bytesBefore > 0) yield ok(HEAD);
    yield ok(plan.bytesBefore > 0 ? first.subarray(commaOf(first) ?? 0) : first);
    const rest = plan.ranges.slice(1).map((range) => () => this.fetch(plan, range));
    for await (const piece of readAhead(rest, PIECES_AHEAD)) {
      if (!piece.ok) return yield fail(piece.problem.message);
      tail = lastOf(tail, piece.value);
      this.bytes += piece.value.length;
      yield ok(piece.value);
    }
    if (plan.data !== null) yield ok(CLOSER);
    this.blocks = (plan.data?.length ?? 0) - plan.blocksBefore;
    this.position = positionAt(plan, tail);
  }

  /** Bytes of the blob that the plan was made for, also where blocks were added to it since. */
  private async fetch(plan: Plan, { from, until }: Range): Promise<Piece> {
    if (from === until) return ok(new Uint8Array(0));
    for (let tries = 1; ; tries++) {
      try {
        return ok(await this.container.bytes(this.hour.name, from, until - from, plan.etag));
      } catch (error) {
        const trouble = blobTroubleOf(error);
        if (trouble.kind !== 'changed' || tries === TRIES_OF_CHANGED) return fail(trouble);
        const grew = await this.grew(plan).catch(blobTroubleOf);
        if (grew !== true) return fail(grew === false ? trouble : grew);
      }
    }
  }

  /** Whether all that is to be read still stands where it was. */
  private async grew(plan: Plan): Promise<boolean> {
    if (plan.data === null) return false;
    const { etag, blocks } = await this.container.blocks(this.hour.name);
    const now = dataBlocks(blocks)?.slice(0, plan.data.length) ?? [];
    if (chainOf(now) !== chainOf(plan.data)) return false;
    plan.etag = etag;
    return true;
  }
}

const positionAt = ({ listed: etag, data }: Plan, tail: Uint8Array): Position =>
  data === null
    ? { etag, blocks: 0, bytes: 0, chain: '', tail: '' }
    : { etag, blocks: data.length, bytes: sizeOf(data), chain: chainOf(data), tail: digest(tail) };

const lastOf = (before: Uint8Array, piece: Uint8Array): Uint8Array =>
  piece.length >= TAIL ? piece.slice(-TAIL) : Buffer.concat([before, piece]).subarray(-TAIL);

/** How much stands before the first record that was added; null: none begins there. */
const commaOf = (added: Uint8Array): number | null =>
  added.length === 0
    ? 0
    : (NEXT_RECORD.exec(Buffer.from(added.subarray(0, 64)).toString('latin1'))?.[0].length ?? null);
