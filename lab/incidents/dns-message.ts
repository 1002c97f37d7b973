/** As much of DNS (RFC 1035) as the stand-ins speak: one question, answers of one IPv4 address. */

export interface Question {
  readonly id: number;
  /** Without the last dot, lower case. */
  readonly name: string;
  readonly type: number;
  /** Where the question ends in the message. */
  readonly end: number;
}

export const TYPE_A = 1;
export const RCODE = { noError: 0, servfail: 2, nxdomain: 3 } as const;

const HEADER_BYTES = 12;
const TYPE_NAMES: ReadonlyMap<number, string> = new Map([
  [1, 'A'],
  [28, 'AAAA'],
]);
export const typeName = (type: number): string => TYPE_NAMES.get(type) ?? `TYPE${type}`;

export const readQuestion = (message: Buffer): Question | null => {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (;;) {
    const length = message[at];
    if (length === undefined || length > 63) return null;
    at += 1;
    if (length === 0) break;
    labels.push(message.toString('latin1', at, at + length));
    at += length;
  }
  if (at + 4 > message.length) return null;
  return {
    id: message.readUInt16BE(0),
    name: labels.join('.').toLowerCase(),
    type: message.readUInt16BE(at),
    end: at + 4,
  };
};

export const rcodeOf = (message: Buffer): number => message.readUInt8(3) & 0x0f;

/** The address in an answer of `encodeAnswer`'s kind; null: there is none. */
export const addressIn = (message: Buffer): string | null =>
  message.readUInt16BE(6) === 0 ? null : message.subarray(message.length - 4).join('.');

/** The answer to a query: its question, and an address where the name has one. */
export const encodeAnswer = (
  query: Buffer,
  question: Question,
  {
    rcode,
    address,
    ttlSeconds,
  }: { readonly rcode: number; readonly address: string | null; readonly ttlSeconds: number },
): Buffer => {
  const head = Buffer.from(query.subarray(0, question.end));
  // An answer, recursion desired and available. https://www.rfc-editor.org/rfc/rfc1035#section-4.1.1
  head.writeUInt16BE(0x8180 | rcode, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(address === null ? 0 : 1, 6);
  head.writeUInt32BE(0, 8);
  if (address === null) return head;
  const record = Buffer.alloc(16);
  record.writeUInt16BE(0xc000 | HEADER_BYTES, 0);
  record.writeUInt16BE(TYPE_A, 2);
  record.writeUInt16BE(1, 4);
  record.writeUInt32BE(ttlSeconds, 6);
  record.writeUInt16BE(4, 10);
  for (const [i, part] of address.split('.').entries()) record.writeUInt8(Number(part), 12 + i);
  return Buffer.concat([head, record]);
};
