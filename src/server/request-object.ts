import type { IncomingMessage } from 'node:http';
import { PassThrough, type Readable } from 'node:stream';
import { fail, type Result } from '../base/result.ts';
import type { ByteObject } from '../core/ports.ts';

/** Bytes of a stream, unpacked where they are packed; a problem comes last. */
export type Unpack = (stream: Readable) => AsyncIterable<Result<Uint8Array, string>>;

/** The body of a request as an object of bytes, unpacked, and no more than `most` of them. */
export const requestObject = (
  name: string,
  request: IncomingMessage,
  { unpack, most }: { readonly unpack: Unpack; readonly most: number },
): ByteObject => ({
  name,
  read: async function* (): AsyncGenerator<Result<Uint8Array, string>> {
    let read = 0;
    for await (const piece of unpack(bodyOf(request))) {
      read += piece.ok ? piece.value.length : 0;
      if (read > most) {
        yield fail(`${TOO_LARGE}: it has more than ${most} bytes unpacked`);
        return;
      }
      yield piece;
    }
  },
});

/** How the problem of an object begins that has too many bytes. */
export const TOO_LARGE = 'too large';

/** Whoever reads it no further does not end the connection: there is an answer to come. */
const bodyOf = (request: IncomingMessage): Readable => {
  const body = new PassThrough();
  request.on('error', () => body.destroy(new Error('the connection broke off')));
  request.pipe(body);
  return body;
};
