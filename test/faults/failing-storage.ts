import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as after } from 'node:timers/promises';

/** What is asked of storage: names, the blocks of a blob, bytes of one. */
export type Asked = 'list' | 'blocks' | 'bytes';

/** What befalls an answer. */
export type Befalls =
  /** It comes byte by byte, one a second. */
  | 'drip'
  /** In mid-body the connection is reset; or closed, though more was promised. */
  | 'reset'
  | 'cut'
  /** Half of it, and a length that says so. */
  | 'short'
  /** In its place: who asks may not any more; there is too much to do. */
  | 'expired'
  | 'busy';

const EXPIRED =
  '<?xml version="1.0" encoding="utf-8"?><Error><Code>AuthenticationFailed</Code><Message>Server failed to authenticate the request.' +
  '\nRequestId:0</Message><AuthenticationErrorDetail>Signature not valid in the specified time frame</AuthenticationErrorDetail></Error>';
const BUSY =
  '<?xml version="1.0" encoding="utf-8"?><Error><Code>ServerBusy</Code><Message>The server is busy.</Message></Error>';
const BUSY_STATUS = [503, 429, 500] as const;

/** Stands before an emulator of storage. Each container has trouble of its own, as `befalls` says, until all of it ends. */
export const failingStorage = async (
  emulator: string,
  befalls: (container: string, asked: Asked) => Befalls | null,
) => {
  /** What was asked for and met with trouble, and when. */
  const troubled: { readonly container: string; readonly path: string; readonly at: number }[] = [];
  const over = new AbortController();
  let busy = 0;
  const answer = async (outgoing: ServerResponse, from: IncomingMessage, trouble: Befalls | null): Promise<void> => {
    const pieces: Buffer[] = [];
    for await (const piece of from) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces);
    const headers = { ...from.headers };
    delete headers['transfer-encoding'];
    const half = body.subarray(0, body.length / 2);
    outgoing.writeHead(from.statusCode ?? 500, {
      ...headers,
      'content-length': trouble === 'short' ? half.length : body.length,
    });
    if (trouble === null || body.length === 0) return void outgoing.end(body);
    if (trouble === 'short') return void outgoing.end(half);
    if (trouble === 'drip') {
      let sent = 0;
      for (; sent < body.length && !over.signal.aborted && !outgoing.destroyed; sent++) {
        outgoing.write(body.subarray(sent, sent + 1));
        await after(1_000);
      }
      return void outgoing.end(body.subarray(sent));
    }
    outgoing.write(half, () => {
      if (trouble === 'reset') outgoing.socket?.resetAndDestroy();
      else outgoing.socket?.end();
    });
  };
  const server = createServer((incoming, outgoing) => {
    outgoing.on('error', () => undefined);
    const url = new URL(incoming.url ?? '', emulator);
    const container = url.pathname.split('/')[2] ?? '';
    const comp = url.searchParams.get('comp');
    const asked: Asked = comp === 'list' ? 'list' : comp === 'blocklist' ? 'blocks' : 'bytes';
    const trouble = over.signal.aborted ? null : befalls(container, asked);
    if (trouble !== null) troubled.push({ container, path: url.pathname, at: performance.now() });
    const refuse = (status: number, code: string, body: string): void => {
      outgoing.writeHead(status, { 'content-type': 'application/xml', 'x-ms-error-code': code, 'retry-after': '1' });
      outgoing.end(body);
    };
    if (trouble === 'expired') return refuse(403, 'AuthenticationFailed', EXPIRED);
    if (trouble === 'busy') return refuse(BUSY_STATUS[busy++ % BUSY_STATUS.length] ?? 503, 'ServerBusy', BUSY);
    const onward = request(new URL(url.pathname + url.search, emulator), { headers: incoming.headers }, (from) => {
      void answer(outgoing, from, trouble);
    });
    onward.on('error', () => outgoing.destroy()).end();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    troubled,
    /** All trouble ends. */
    end: (): void => over.abort(),
    close: (): void => {
      server.closeAllConnections();
      server.close();
    },
  };
};
