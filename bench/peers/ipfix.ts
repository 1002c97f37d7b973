/**
 * Messages of IPFIX, as a router that exports its flows sends them: a template, and sets of records that follow it.
 * https://www.rfc-editor.org/rfc/rfc7011
 */
export interface ExportedFlow {
  readonly beginMs: bigint;
  readonly endMs: bigint;
  /** Four bytes each. */
  readonly src: Uint8Array;
  readonly dest: Uint8Array;
  readonly srcPort: number;
  readonly destPort: number;
  readonly protocol: number;
  readonly packetsOut: bigint;
  readonly bytesOut: bigint;
  readonly packetsIn: bigint;
  readonly bytesIn: bigint;
}

interface Field {
  /** https://www.iana.org/assignments/ipfix */
  readonly element: number;
  readonly length: number;
  readonly write: (into: Buffer, at: number, flow: ExportedFlow) => unknown;
}

/** In the order in which they stand in a record. The way back goes into the counters "post", which is where nfdump takes it from. */
const FIELDS: readonly Field[] = [
  { element: 152, length: 8, write: (into, at, { beginMs }) => into.writeBigUInt64BE(beginMs, at) },
  { element: 153, length: 8, write: (into, at, { endMs }) => into.writeBigUInt64BE(endMs, at) },
  { element: 8, length: 4, write: (into, at, { src }) => into.set(src, at) },
  { element: 12, length: 4, write: (into, at, { dest }) => into.set(dest, at) },
  { element: 7, length: 2, write: (into, at, { srcPort }) => into.writeUInt16BE(srcPort, at) },
  { element: 11, length: 2, write: (into, at, { destPort }) => into.writeUInt16BE(destPort, at) },
  { element: 4, length: 1, write: (into, at, { protocol }) => into.writeUInt8(protocol, at) },
  { element: 2, length: 8, write: (into, at, { packetsOut }) => into.writeBigUInt64BE(packetsOut, at) },
  { element: 1, length: 8, write: (into, at, { bytesOut }) => into.writeBigUInt64BE(bytesOut, at) },
  { element: 24, length: 8, write: (into, at, { packetsIn }) => into.writeBigUInt64BE(packetsIn, at) },
  { element: 23, length: 8, write: (into, at, { bytesIn }) => into.writeBigUInt64BE(bytesIn, at) },
];

const VERSION = 10;
const MESSAGE_HEAD = 16;
const SET_HEAD = 4;
const TEMPLATE_SET = 2;
const TEMPLATE = 256;
const RECORD = FIELDS.reduce((sum, { length }) => sum + length, 0);
/** What fits a frame of Ethernet with the heads of IP and UDP. */
const MOST_BYTES = 1_400;
const MOST_RECORDS = Math.floor((MOST_BYTES - MESSAGE_HEAD - SET_HEAD) / RECORD);

/** The template first, then the flows, as many in a message as a frame holds. */
export function* ipfixMessages(flows: Iterable<ExportedFlow>): Generator<Buffer> {
  yield message(0, TEMPLATE_SET, templateRecord());
  let sent = 0;
  let records: Buffer[] = [];
  const flush = (): Buffer => {
    const made = message(sent, TEMPLATE, Buffer.concat(records));
    sent += records.length;
    records = [];
    return made;
  };
  for (const flow of flows) {
    records.push(dataRecord(flow));
    if (records.length === MOST_RECORDS) yield flush();
  }
  if (records.length > 0) yield flush();
}

/** `sent`: records before this message, by which the collector knows of lost ones. */
const message = (sent: number, set: number, content: Buffer): Buffer => {
  const made = Buffer.alloc(MESSAGE_HEAD + SET_HEAD + content.length);
  made.writeUInt16BE(VERSION, 0);
  made.writeUInt16BE(made.length, 2);
  // The time of export: none is of use here, and the domain is the first.
  made.writeUInt32BE(0, 4);
  made.writeUInt32BE(sent >>> 0, 8);
  made.writeUInt32BE(1, 12);
  made.writeUInt16BE(set, MESSAGE_HEAD);
  made.writeUInt16BE(SET_HEAD + content.length, MESSAGE_HEAD + 2);
  made.set(content, MESSAGE_HEAD + SET_HEAD);
  return made;
};

const templateRecord = (): Buffer => {
  const made = Buffer.alloc(4 + 4 * FIELDS.length);
  made.writeUInt16BE(TEMPLATE, 0);
  made.writeUInt16BE(FIELDS.length, 2);
  for (const [i, { element, length }] of FIELDS.entries()) {
    made.writeUInt16BE(element, 4 + 4 * i);
    made.writeUInt16BE(length, 6 + 4 * i);
  }
  return made;
};

const dataRecord = (flow: ExportedFlow): Buffer => {
  const made = Buffer.alloc(RECORD);
  let at = 0;
  for (const { length, write } of FIELDS) {
    write(made, at, flow);
    at += length;
  }
  return made;
};
