import { Buffer } from 'node:buffer';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { fail, ok, type Result } from '../../base/result.ts';
import { EXPORTS, type Message, type Scalar } from './otlp-messages.ts';

/** Deeper values are refused: no program nests attributes so deep, and a deep one is an attack on the stack. */
const DEPTH = 64;

/** An export in protobuf as the same export in OTLP's JSON. Fields that are not known are left out. A problem says what is broken. */
export const otlpJson = (signal: keyof typeof EXPORTS, bytes: Uint8Array): Result<Uint8Array, string> => {
  try {
    const reader = new BinaryReader(bytes);
    return ok(Buffer.from(JSON.stringify(readMessage(reader, bytes.length, EXPORTS[signal], 0))));
  } catch (error) {
    return fail(`broken protobuf: ${(error as Error).message}`);
  }
};

type Json = { [name: string]: unknown };

const readMessage = (reader: BinaryReader, end: number, message: Message, depth: number): Json => {
  if (depth > DEPTH) throw new Error(`values are nested more than ${DEPTH} deep`);
  const read: Json = {};
  while (reader.pos < end) {
    const [number, wire] = reader.tag();
    const field = message.get(number);
    if (field === undefined || wire !== wireOf(field.type)) {
      reader.skip(wire, number);
      continue;
    }
    const value =
      typeof field.type === 'string' ? SCALARS[field.type](reader) : inner(reader, end, field.type(), depth);
    if (field.repeated !== true) read[field.name] = value;
    else {
      const list = (read[field.name] ??= []) as unknown[];
      list.push(value);
    }
  }
  if (reader.pos > end) throw new Error('a message is longer than what holds it');
  return read;
};

const inner = (reader: BinaryReader, end: number, message: Message, depth: number): Json => {
  const length = reader.uint32();
  if (reader.pos + length > end) throw new Error('a message is longer than what holds it');
  return readMessage(reader, reader.pos + length, message, depth + 1);
};

const wireOf = (type: Scalar | (() => Message)): WireType =>
  typeof type === 'string' ? WIRES[type] : WireType.LengthDelimited;

const WIRES: Readonly<Record<Scalar, WireType>> = {
  string: WireType.LengthDelimited,
  hex: WireType.LengthDelimited,
  base64: WireType.LengthDelimited,
  bool: WireType.Varint,
  int64: WireType.Varint,
  enum: WireType.Varint,
  uint32: WireType.Varint,
  double: WireType.Bit64,
  fixed64: WireType.Bit64,
  fixed32: WireType.Bit32,
};

/** Numbers of 64 bits are texts in JSON. */
const SCALARS: Readonly<Record<Scalar, (reader: BinaryReader) => unknown>> = {
  string: (reader) => reader.string(),
  hex: (reader) => Buffer.from(reader.bytes()).toString('hex'),
  base64: (reader) => Buffer.from(reader.bytes()).toString('base64'),
  bool: (reader) => reader.bool(),
  int64: (reader) => String(reader.int64()),
  enum: (reader) => reader.int32(),
  uint32: (reader) => reader.uint32(),
  double: (reader) => {
    const value = reader.double();
    return Number.isFinite(value) ? value : String(value);
  },
  fixed64: (reader) => String(reader.fixed64()),
  fixed32: (reader) => reader.fixed32(),
};
