/**
 * The stand-in for CoreDNS: it knows no name of the cluster, forwards all others, caches, and writes what the plugin `errors` writes.
 * https://coredns.io/plugins/errors/, https://coredns.io/plugins/forward/
 */
import { createSocket, type RemoteInfo } from 'node:dgram';
import { addressIn, encodeAnswer, type Question, RCODE, rcodeOf, readQuestion, typeName } from './dns-message.ts';
import { onLines, tell } from './stdin-lines.ts';
import type { CorednsChange, CorednsPreparation } from './told.ts';

/** CoreDNS waits 2 s for its upstream and clients 5 s for it: here 0.7 and 1. */
const UPSTREAM_TIMEOUT_MS = 700;
/** AKS caches for 30 s at most. */
const CACHED_MS = 1_500;
const CLUSTER_ZONE = /\.cluster\.local$/;
const SERVFAIL = { rcode: RCODE.servfail, address: null };
const NXDOMAIN = { rcode: RCODE.nxdomain, address: null };

interface Answer {
  readonly rcode: number;
  readonly address: string | null;
}

const cache = new Map<string, Answer & { readonly until: number }>();
let perSecond: number | null = null;
let hangs = false;
let allowance = 0;
let filledAt = 0;

/** A bucket that fills at the rate: what finds it empty waits in the socket until nobody waits for it any more. */
const mayAnswer = (now: number): boolean => {
  if (perSecond === null) return true;
  allowance = Math.min(perSecond / 5, allowance + ((now - filledAt) * perSecond) / 1_000);
  filledAt = now;
  if (allowance < 1) return false;
  allowance -= 1;
  return true;
};

const logError = ({ name, type }: Question, why: string): void =>
  tell({
    event: 'log',
    at: Date.now(),
    stream: 'stdout',
    level: 'error',
    text: `[ERROR] plugin/errors: 2 ${name}. ${typeName(type)}: ${why}`,
  });

const forward = (query: Buffer, question: Question, to: CorednsPreparation, isLate: boolean): Promise<Answer> =>
  new Promise((resolve) => {
    const socket = createSocket('udp4');
    const settle = (answer: Answer): void => {
      clearTimeout(timer);
      socket.close();
      resolve(answer);
    };
    const timer = setTimeout(() => {
      logError(question, `read udp ${to.address}:${socket.address().port}->${to.upstream}:53: i/o timeout`);
      settle(SERVFAIL);
    }, UPSTREAM_TIMEOUT_MS);
    socket.on('error', () => settle(SERVFAIL));
    socket.on('message', (message) => {
      // An answer that came while there was no time to read it.
      if (!isLate) settle({ rcode: rcodeOf(message), address: addressIn(message) });
    });
    socket.connect(53, to.upstream, () => socket.send(query.subarray(0, question.end)));
  });

const serve = (preparation: CorednsPreparation): Promise<void> =>
  new Promise((resolve) => {
    const socket = createSocket('udp4');
    let overrun = 0;
    const reply = (query: Buffer, question: Question, to: RemoteInfo, answer: Answer): void => {
      socket.send(encodeAnswer(query, question, { ...answer, ttlSeconds: 5 }), to.port, to.address);
    };
    socket.on('message', (query, from) => {
      const question = readQuestion(query);
      if (question === null || hangs) return;
      const now = Date.now();
      const isLate = !mayAnswer(now);
      const isInside = CLUSTER_ZONE.test(question.name);
      // Of those that it has no time for, most are never read; of some the upstream's answer is not.
      if (isLate && (isInside || overrun++ % 3 !== 0)) return;
      if (isInside) return reply(query, question, from, NXDOMAIN);
      const key = `${question.type} ${question.name}`;
      const cached = cache.get(key);
      if (!isLate && cached !== undefined && now < cached.until) return reply(query, question, from, cached);
      // The name server reads no options (EDNS): they end with the question.
      const bare = Buffer.from(query);
      bare.writeUInt16BE(0, 10);
      void forward(bare, question, preparation, isLate).then((answer) => {
        if (answer.rcode !== RCODE.servfail) cache.set(key, { ...answer, until: Date.now() + CACHED_MS });
        return reply(query, question, from, answer);
      });
      return undefined;
    });
    socket.bind({ port: 53, address: preparation.address }, resolve);
  });

onLines(serve, (change: CorednsChange) => {
  if (change.perSecond !== undefined) {
    perSecond = change.perSecond;
    filledAt = Date.now();
    allowance = 0;
  }
  hangs = change.hangs ?? hangs;
});
