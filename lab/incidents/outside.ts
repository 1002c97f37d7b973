/** Everybody outside the cluster: HTTP servers, each at an address of its own, and the name server that CoreDNS asks. */
import { createSocket } from 'node:dgram';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { encodeAnswer, RCODE, readQuestion, TYPE_A } from './dns-message.ts';
import { onLines } from './stdin-lines.ts';
import type { OutsideChange, OutsidePreparation, Resolving, Treatment } from './told.ts';

const ORDINARY_LATENCY_MS: readonly [number, number] = [4, 40];

interface Place {
  readonly port: number;
  readonly server: Server;
  readonly sockets: Set<Socket>;
}

const places = new Map<string, Place>();
const closedPorts = new Map<string, number>();
const treatments = new Map<string, Treatment>();
let resolving: Resolving = { dropped: 0, servfail: 0 };

const open = (address: string, port: number): Promise<void> =>
  new Promise((resolve) => {
    const sockets = new Set<Socket>();
    const server = createServer({ keepAliveTimeout: 0 }, (request, response) => answer(address, request, response));
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => sockets.delete(socket));
    });
    places.set(address, { port, server, sockets });
    server.listen({ port, host: address, backlog: 1_024 }, resolve);
  });

const close = (address: string): void => {
  const place = places.get(address);
  places.delete(address);
  place?.server.close();
  for (const socket of place?.sockets ?? []) socket.resetAndDestroy();
};

const answer = (address: string, request: IncomingMessage, response: ServerResponse): void => {
  const { latencyMs = ORDINARY_LATENCY_MS, throttled, resets = 0, errors = 0 } = treatments.get(address) ?? {};
  const holdMs = Number(new URL(request.url ?? '/', 'http://outside').searchParams.get('hold') ?? 0);
  request.resume();
  response.on('error', () => undefined);
  const waitMs = latencyMs[0] + Math.random() * (latencyMs[1] - latencyMs[0]);
  setTimeout(() => {
    if (Math.random() < resets) return request.socket.resetAndDestroy();
    if (throttled !== undefined && Math.random() < throttled.share) {
      response.writeHead(throttled.status, { 'Retry-After': String(throttled.retryAfterSeconds) });
      return response.end('slow down\n');
    }
    if (Math.random() < errors) {
      response.writeHead(500);
      return response.end('failed\n');
    }
    response.writeHead(200, { 'Content-Type': 'text/plain' });
    response.write('.'.repeat(200 + Math.floor(Math.random() * 3_000)));
    if (holdMs === 0) return response.end();
    setTimeout(() => response.end(), holdMs);
    return undefined;
  }, waitMs);
};

const resolveNames = ({ resolver, names, ttlSeconds }: OutsidePreparation): Promise<void> =>
  new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.on('message', (query, from) => {
      const question = readQuestion(query);
      const chance = Math.random();
      if (question === null || chance < resolving.dropped) return;
      const known = names[question.name];
      const fails = chance < resolving.dropped + resolving.servfail;
      const rcode = fails ? RCODE.servfail : known === undefined ? RCODE.nxdomain : RCODE.noError;
      const address = !fails && known !== undefined && question.type === TYPE_A ? known : null;
      const reply = encodeAnswer(query, question, { rcode, address, ttlSeconds });
      setTimeout(() => socket.send(reply, from.port, from.address), 2 + Math.random() * 12);
    });
    socket.bind({ port: 53, address: resolver }, resolve);
  });

onLines(
  async (preparation: OutsidePreparation) => {
    await Promise.all(preparation.listens.map(({ address, port }) => open(address, port)));
    await resolveNames(preparation);
  },
  ({ treat = [], resolve }: OutsideChange) => {
    if (resolve !== undefined) resolving = resolve;
    for (const treatment of treat) {
      const port = places.get(treatment.address)?.port ?? closedPorts.get(treatment.address);
      const { resets, errors } = treatments.get(treatment.address) ?? {};
      treatments.set(treatment.address, {
        ...(resets === undefined ? {} : { resets }),
        ...(errors === undefined ? {} : { errors }),
        ...treatment,
      });
      if (port === undefined) continue;
      if (treatment.closed === true) {
        closedPorts.set(treatment.address, port);
        close(treatment.address);
      } else if (!places.has(treatment.address)) void open(treatment.address, port);
    }
  },
);
