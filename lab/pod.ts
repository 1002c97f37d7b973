/**
 * The program inside every namespace: a pod's container, a node's process, an outside server or client.
 * stdin: a `Preparation`, later a `Work`. It ends with stdin, so it never outlives the recorder.
 */
import { createSocket } from 'node:dgram';
import { writeSync } from 'node:fs';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import type { Connection, Done, LogLine, Preparation, Work } from './plan.ts';
import { serve } from './server.ts';

/** A dead address answers nothing: shorter than the kernel's own two minutes, long enough for one repeated SYN. */
const CONNECT_TIMEOUT_MS = 2_200;
/** How often a connection that is held open says something. */
const CHUNK_EVERY_MS = 400;

const log = (line: LogLine): void => {
  writeSync(1, `${JSON.stringify(line)}\n`);
};

const run = (uid: string, work: Work): void => {
  for (const connection of work.connections) {
    const open = connection.protocol === 'tcp' ? openTcp : openUdp;
    setTimeout(() => open(uid, connection), fromNow(work.startAt + connection.atMs));
  }
  if (work.exitAfterMs !== null) setTimeout(() => process.exit(0), fromNow(work.startAt + work.exitAfterMs));
};

const fromNow = (at: number): number => Math.max(0, at - Date.now());

const opened = (uid: string, { n, protocol, host, port }: Connection): void =>
  log({ event: 'open', uid, n, at: Date.now(), protocol, host, port });

const hello = (uid: string, c: Connection): string =>
  `HELLO ${uid} ${c.n} ${Math.floor(c.bytesDown / chunksOf(c))} ${c.closer === 'server' ? c.holdMs : -1}\n`;

const chunksOf = (c: Connection): number => Math.max(1, Math.floor(c.holdMs / CHUNK_EVERY_MS));

const openTcp = (uid: string, c: Connection): void => {
  opened(uid, c);
  const socket = connect({
    host: c.host,
    port: c.port,
    ...(c.localPort === undefined ? {} : { localPort: c.localPort }),
    ...(c.localAddress === undefined ? {} : { localAddress: c.localAddress }),
  });
  let result: Done['result'] = 'failed';
  let localPort: number | null = null;
  let ticking: NodeJS.Timeout | undefined;
  const giveUp = setTimeout(() => {
    result = 'timeout';
    socket.destroy();
  }, CONNECT_TIMEOUT_MS);
  socket.on('connect', () => {
    clearTimeout(giveUp);
    result = 'ok';
    localPort = socket.localPort ?? null;
    const payload = Buffer.alloc(Math.floor(c.bytesUp / chunksOf(c)), '.');
    socket.write(Buffer.concat([Buffer.from(hello(uid, c)), payload]));
    ticking = setInterval(() => socket.writable && socket.write(payload), CHUNK_EVERY_MS);
    if (c.closer === 'client') setTimeout(() => socket.end(), c.holdMs);
  });
  socket.on('error', (error) => {
    if ('code' in error && error.code === 'ECONNREFUSED') result = 'refused';
  });
  socket.on('close', () => {
    clearTimeout(giveUp);
    clearInterval(ticking);
    log({ event: 'done', uid, n: c.n, result, localPort });
  });
  socket.resume();
};

const openUdp = (uid: string, c: Connection): void => {
  opened(uid, c);
  const socket = createSocket({ type: c.host.includes(':') ? 'udp6' : 'udp4' });
  let result: Done['result'] = 'timeout';
  socket.on('message', () => (result = 'ok'));
  socket.on('error', () => (result = 'failed'));
  const payload = Buffer.from(hello(uid, c) + '.'.repeat(Math.min(1_000, Math.floor(c.bytesUp / chunksOf(c)))));
  const say = (): void => socket.send(payload, c.port, c.host);
  socket.bind(c.localPort ?? 0, () => {
    say();
    const localPort = socket.address().port;
    const ticking = setInterval(say, CHUNK_EVERY_MS);
    setTimeout(
      () => {
        clearInterval(ticking);
        socket.close();
        log({ event: 'done', uid, n: c.n, result, localPort });
      },
      Math.max(c.holdMs, 50),
    );
  });
};

const lines = createInterface({ input: process.stdin });
let uid: string | null = null;
lines.on('line', (line) => {
  if (uid !== null) return run(uid, JSON.parse(line) as Work);
  const preparation = JSON.parse(line) as Preparation;
  uid = preparation.uid;
  void serve(uid, preparation.listens, log).then(() => log({ event: 'ready' }));
  return undefined;
});
lines.on('close', () => process.exit(0));
