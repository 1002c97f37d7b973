import { instantOf } from '../../base/instant.ts';
import { IP_BYTES, writeIp } from '../../base/ip.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { DIRECTIONS, FLOW_STATES } from '../../core/facts.ts';
import type { FlowColumns } from './flow-columns.ts';
import { putBig, putUint64 } from './uint64.ts';

/** Values of the column `log`. */
export const LOGS = { vnet: 0, nsgV2: 1, nsgV1: 2, firewall: 3 } as const;

/**
 * VNet flow logs write milliseconds, NSG flow logs seconds, and Microsoft's own VNet example seconds too.
 * 1e11 seconds are the year 5138 and 1e11 milliseconds are 1973, so no log means the other unit.
 * https://learn.microsoft.com/azure/network-watcher/vnet-flow-logs-overview
 */
export const SECONDS_BELOW = 1e11;

const FIELDS = 13;
const NSG_V1_FIELDS = 8;
const MOST = 2n ** 64n - 1n;
const LONGEST_ENCRYPTION = 64;

/**
 * Reads one tuple into the row being written: the rule that says what a tuple is.
 * Which of the three kinds it is, the tuple says itself (a protocol letter, or a number; eight fields, or thirteen):
 * the version that stands around it is not asked. Gives the number of fields beyond the last known one, or what was expected.
 */
export const readTupleText = (text: string, columns: FlowColumns): Result<number, string> => {
  const row = columns.rows;
  const fields = text.split(',');
  const field = (k: number): string => fields[k] ?? '';
  const nsg = /^[TU]$/.test(field(5));
  if (fields.length < FIELDS && !(nsg && fields.length === NSG_V1_FIELDS)) {
    const wanted = nsg ? `${NSG_V1_FIELDS} or ${FIELDS}` : `${FIELDS}`;
    return fail(`expected ${wanted} fields, got ${fields.length}`);
  }
  const problem =
    putTime(field(0), columns) ??
    putIp('a source IP', field(1), columns.srcIp, row) ??
    putIp('a destination IP', field(2), columns.destIp, row) ??
    putPort('a source port', field(3), columns.srcPort, row) ??
    putPort('a destination port', field(4), columns.destPort, row) ??
    putProtocol(field(5), columns) ??
    putDirection(field(6), columns) ??
    (nsg ? putDecision(fields, columns) : putState(field(7), columns)) ??
    putCounter('packets', 'source to destination', field(9), columns.packetsOut, row) ??
    putCounter('bytes', 'source to destination', field(10), columns.bytesOut, row) ??
    putCounter('packets', 'destination to source', field(11), columns.packetsIn, row) ??
    putCounter('bytes', 'destination to source', field(12), columns.bytesIn, row) ??
    // Last: a word stays, so only a good tuple may bring one.
    (nsg ? null : putEncryption(field(8), columns));
  if (problem !== null) return fail(problem);
  columns.log[row] = nsg ? (fields.length === NSG_V1_FIELDS ? LOGS.nsgV1 : LOGS.nsgV2) : LOGS.vnet;
  return ok(Math.max(0, fields.length - FIELDS));
};

type Problem = string | null;

const expected = (what: string, got: string): string => `expected ${what}, got "${got.slice(0, 60).toWellFormed()}"`;

const putTime = (text: string, columns: FlowColumns): Problem => {
  if (!/^\d{1,15}$/.test(text)) return expected('a time in seconds or milliseconds since 1970', text);
  const time = Number(text);
  const at = instantOf(time < SECONDS_BELOW ? time * 1_000 : time);
  if (!at.ok) return at.problem;
  putUint64(columns.at, columns.rows, at.value);
  return null;
};

const putIp = (what: string, text: string, into: Uint8Array, row: number): Problem =>
  writeIp(text, into, row * IP_BYTES) ? null : expected(what, text);

const putPort = (what: string, text: string, into: Uint16Array, row: number): Problem => {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) return expected(`${what} from 0 to 65535`, text);
  into[row] = port;
  return null;
};

const putProtocol = (text: string, columns: FlowColumns): Problem => {
  const protocol = text === 'T' ? 6 : text === 'U' ? 17 : Number(text);
  if (!/^(T|U|\d{1,3})$/.test(text) || protocol > 255) return expected('a protocol from 0 to 255, T or U', text);
  columns.protocol[columns.rows] = protocol;
  return null;
};

const putDirection = (text: string, columns: FlowColumns): Problem => {
  if (text !== 'I' && text !== 'O') return expected('the direction I or O', text);
  columns.direction[columns.rows] = DIRECTIONS[text];
  return null;
};

const putState = (text: string, columns: FlowColumns): Problem => {
  if (text !== 'B' && text !== 'C' && text !== 'E' && text !== 'D') return expected('the state B, C, E or D', text);
  columns.state[columns.rows] = FLOW_STATES[text];
  return null;
};

/** NSG: the decision, and from version 2 on the state. What was denied is D, as VNet flow logs say it. */
const putDecision = (fields: readonly string[], columns: FlowColumns): Problem => {
  const [decision = '', state = 'B'] = [fields[7], fields[8]];
  if (decision !== 'A' && decision !== 'D') return expected('the decision A or D', decision);
  if (state !== 'B' && state !== 'C' && state !== 'E') return expected('the state B, C or E', state);
  columns.state[columns.rows] = decision === 'D' ? FLOW_STATES.D : FLOW_STATES[state];
  columns.encryption[columns.rows] = 0;
  return null;
};

const putEncryption = (text: string, columns: FlowColumns): Problem => {
  if (text.length > LONGEST_ENCRYPTION)
    return expected(`an encryption of at most ${LONGEST_ENCRYPTION} characters`, text);
  columns.encryption[columns.rows] = columns.encryptions.idOf(text);
  return null;
};

const putCounter = (what: string, way: string, text: string, into: Uint32Array, row: number): Problem => {
  const value = /^\d*$/.test(text) ? BigInt(text) : -1n;
  if (value < 0n || value > MOST) return expected(`${what} from ${way} as a number below 2^64`, text);
  putBig(into, row, value);
  return null;
};
