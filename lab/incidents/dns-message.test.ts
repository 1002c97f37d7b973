import { expect, test } from 'vitest';
import { addressIn, encodeAnswer, RCODE, rcodeOf, readQuestion, TYPE_A } from './dns-message.ts';

const query = (name: string, type: number): Buffer => {
  const labels = name.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label)]));
  return Buffer.concat([
    Buffer.from([0x12, 0x34, 0x01, 0, 0, 1, 0, 0, 0, 0, 0, 0]),
    ...labels,
    Buffer.from([0, 0, type, 0, 1]),
  ]);
};

test.each<[string, number, string | null, number]>([
  ['an address', TYPE_A, '203.0.113.10', RCODE.noError],
  ['a name without an address of that kind', 28, null, RCODE.noError],
  ['a name that nobody has', TYPE_A, null, RCODE.nxdomain],
  ['a server that fails', TYPE_A, null, RCODE.servfail],
])('the answer to a question: %s', (_, type, address, rcode) => {
  const asked = query('Api.example.com', type);
  const question = readQuestion(asked);
  expect(question).toEqual({ id: 0x1234, name: 'api.example.com', type, end: asked.length });
  const answer = encodeAnswer(asked, question as NonNullable<typeof question>, { rcode, address, ttlSeconds: 5 });
  expect([rcodeOf(answer), addressIn(answer)]).toEqual([rcode, address]);
  expect(readQuestion(answer)).toEqual(question);
});

test.each<[string, Buffer]>([
  ['too short', Buffer.alloc(5)],
  ['torn in a label', query('api.example.com', TYPE_A).subarray(0, 18)],
  ['torn behind the name', query('api.example.com', TYPE_A).subarray(0, -3)],
])('no question: %s', (_, message) => {
  expect(readQuestion(message)).toBeNull();
});
