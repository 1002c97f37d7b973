import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Hands requests on, and swallows the answers that are to be lost: the connection is gone, whatever came of it. */
export const swallowing = async (to: () => string, isLost: (url: string) => boolean) => {
  const proxy = createServer((incoming, outgoing) => {
    const url = incoming.url ?? '';
    const lost = isLost(url);
    const onward = request(`${to()}${url}`, { method: incoming.method ?? 'GET' }, (answer) => {
      if (lost) answer.resume().on('end', () => incoming.socket.destroy());
      else {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.on('error', () => outgoing.destroy()).pipe(outgoing);
      }
    }).on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => proxy.once('listening', resolve));
  return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, close: () => proxy.close() };
};
