import { createSocket } from 'node:dgram';
import { createServer, type Socket } from 'node:net';
import type { Listen, LogLine, Protocol } from './plan.ts';

/**
 * The far end of every connection. A client's first line says who it is; the server writes down who it saw:
 * that pairing, made by the two applications themselves, is the truth that the kernel's records are held against.
 */
const HELLO = /^HELLO (\S+) (\d+) (\d+) (-?\d+)\n/;

/** Answers are cut so that they never fragment. */
const MAX_DATAGRAM = 1_200;

export const serve = async (by: string, listens: readonly Listen[], log: (line: LogLine) => void): Promise<void> => {
  await Promise.all(
    listens.map((listen) => (listen.protocol === 'tcp' ? serveTcp(by, listen, log) : serveUdp(by, listen, log))),
  );
};

const serveTcp = (by: string, listen: Listen, log: (line: LogLine) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    createServer((socket) => talk(by, socket, log))
      .on('error', reject)
      .listen({ port: listen.port, host: listen.address ?? '::', backlog: 511 }, resolve);
  });

const talk = (by: string, socket: Socket, log: (line: LogLine) => void): void => {
  let head = '';
  let answer: Buffer | null = null;
  const peer = { ip: plain(socket.remoteAddress), port: socket.remotePort ?? 0 };
  const own = { ip: plain(socket.localAddress), port: socket.localPort ?? 0 };
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes) => {
    if (answer === null) {
      head += bytes.toString('latin1');
      const hello = HELLO.exec(head);
      if (hello === null) return;
      const [, uid = '', n = '', down = '', serverHoldMs = ''] = hello;
      log(saw(by, 'tcp', uid, Number(n), peer, own));
      answer = Buffer.alloc(Number(down), '.');
      if (Number(serverHoldMs) >= 0) setTimeout(() => socket.end(), Number(serverHoldMs));
    }
    if (socket.writable) socket.write(answer);
  });
};

const serveUdp = (by: string, listen: Listen, log: (line: LogLine) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    const seen = new Set<string>();
    const socket = createSocket({ type: (listen.address ?? '::').includes(':') ? 'udp6' : 'udp4' });
    socket.on('error', reject);
    socket.on('message', (bytes, from) => {
      const hello = HELLO.exec(bytes.subarray(0, 120).toString('latin1'));
      if (hello === null) return;
      const [, uid = '', n = '', down = ''] = hello;
      const key = `${uid} ${n} ${from.address} ${from.port}`;
      if (!seen.has(key)) {
        seen.add(key);
        const own = { ip: listen.address ?? null, port: listen.port };
        log(saw(by, 'udp', uid, Number(n), { ip: plain(from.address), port: from.port }, own));
      }
      socket.send(Buffer.alloc(Math.min(Number(down), MAX_DATAGRAM), '.'), from.port, from.address);
    });
    socket.bind({ port: listen.port, address: listen.address ?? '::' }, resolve);
  });

const saw = (
  by: string,
  protocol: Protocol,
  uid: string,
  n: number,
  peer: { readonly ip: string; readonly port: number },
  own: { readonly ip: string | null; readonly port: number },
): LogLine => ({
  event: 'saw',
  uid,
  n,
  at: Date.now(),
  protocol,
  peerIp: peer.ip,
  peerPort: peer.port,
  ip: own.ip,
  port: own.port,
  by,
});

/** A socket on `::` sees IPv4 peers as `::ffff:10.0.0.1`. */
const plain = (address: string | undefined): string => (address ?? '').replace(/^::ffff:(?=\d+\.)/, '');
