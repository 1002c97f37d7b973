import { Readable } from 'node:stream';
import { createGunzip, type Gunzip } from 'node:zlib';
import { fail, ok, type Result } from '../../base/result.ts';
import { sentence } from './sentence.ts';

const PIECE = 1_048_576;
/** Deflate itself cannot do much better than 1,032:1; a file that comes near is made to exhaust its reader. */
const MAX_EXPANSION = 1_000;
/** Below this the ratio is of no harm: a short file of blanks is no attack. */
const FREE_BYTES = 64 * PIECE;

/** The bytes of a stream, gunzipped when it begins as gzip does, in pieces of about a mebibyte. A problem comes last; it never throws. */
export async function* readUnpacked(stream: Readable): AsyncGenerator<Result<Uint8Array, string>> {
  try {
    const [head, rest] = await beginning(stream);
    if (head[0] === 0x1f && head[1] === 0x8b) yield* gunzipped(rest);
    else for await (const piece of rest) yield ok(piece);
  } catch (error) {
    yield fail(sentence(error));
  } finally {
    stream.destroy();
  }
}

/** The first two bytes, and all of them again. */
const beginning = async (stream: Readable): Promise<[Uint8Array, AsyncIterable<Uint8Array>]> => {
  const pieces = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let head: Buffer = Buffer.alloc(0);
  while (head.length < 2) {
    const next = await pieces.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  const all = async function* (): AsyncGenerator<Uint8Array> {
    if (head.length > 0) yield head;
    for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) yield next.value;
  };
  return [head, all()];
};

async function* gunzipped(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Result<Uint8Array, string>> {
  const gunzip: Gunzip = createGunzip({ chunkSize: PIECE });
  const source = Readable.from(packed, { objectMode: false });
  source.on('error', (error) => gunzip.destroy(error));
  source.pipe(gunzip);
  let out = 0;
  try {
    for await (const piece of gunzip as AsyncIterable<Buffer>) {
      out += piece.length;
      if (out > FREE_BYTES && out > MAX_EXPANSION * gunzip.bytesWritten) {
        yield fail(
          `it unpacks to more than ${MAX_EXPANSION.toLocaleString('en')} times its size: refused after ${Math.round(out / PIECE)} MiB`,
        );
        return;
      }
      yield ok(piece);
    }
  } catch (error) {
    const cut = (error as NodeJS.ErrnoException).code === 'Z_BUF_ERROR';
    yield fail(
      cut ? 'the gzip ends too early: the file was not copied whole' : `broken gzip: ${(error as Error).message}`,
    );
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}
