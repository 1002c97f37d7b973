import type { IncomingMessage } from 'node:http';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { fail, ok, type Result } from '../base/result.ts';
import type { ByteObject } from '../core/ports.ts';

/** The body of a request as an object of bytes, unpacked, and no more than `most` of them. */
export const requestObject = (name: string, request: IncomingMessage, most: number): ByteObject => ({
  name,
  read: async function* (): AsyncGenerator<Result<Uint8Array, string>> {
    let read = 0;
    try {
      for await (const piece of unpacked(request)) {
        const bytes = piece as Buffer;
        read += bytes.length;
        if (read > most) {
          yield fail(`${TOO_LARGE}: it has more than ${most} bytes unpacked`);
          return;
        }
        yield ok(bytes);
      }
    } catch (error) {
      yield fail(`it broke off: ${(error as Error).message}`);
    }
  },
});

/** How the problem of an object begins that has too many bytes. */
export const TOO_LARGE = 'too large';

const PIECE = 1 << 20;

const unpacked = (request: IncomingMessage): Readable => {
  if (request.headers['content-encoding'] !== 'gzip') return request;
  const gunzip = createGunzip({ chunkSize: PIECE });
  // The error is the reader's, who gets it from the iteration.
  pipeline(request, gunzip, () => undefined);
  return gunzip;
};
