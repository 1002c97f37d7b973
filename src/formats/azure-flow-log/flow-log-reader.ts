import { parseInstant } from '../../base/instant.ts';
import type { FlowRecords } from '../../core/facts.ts';
import { JSON_DEPTH } from '../decoder.ts';
import { FlowColumns } from './flow-columns.ts';
import { MODES, TEXT_LIMIT, type Listener, type Mode, type Text } from './json-listener.ts';
import { macOf } from './mac.ts';
import { LastText, nameOf, textOf, type Name } from './record-names.ts';
import { roleIn, type Role } from './record-shape.ts';
import { RejectList } from './reject-list.ts';
import { readTuple } from './tuple-bytes.ts';
import { readRun } from './tuple-run.ts';
import { LOGS, readTupleText } from './tuple-text.ts';

/** A record is one minute of one NIC, and its rows wait until it is closed; more tuples than this would fill the memory. */
const MOST_TUPLES = 2 ** 24;
const EXTRA_FIELDS = 'fields after the 13th of a tuple';
const [QUOTE, COMMA, NULL] = [0x22, 0x2c, 0x6e] as const;

interface Frame {
  readonly role: Role;
  /** Rows of the record that are older than this container. */
  readonly rowsBefore: number;
  rule: string | null;
  mac: number | null;
}

interface OpenRecord {
  readonly offset: number;
  readonly frame: Frame;
  time: number | null;
  saidTime: boolean;
  saidMac: boolean;
  hasBody: boolean;
  target: string;
  resource: string;
  tuples: number;
}

/** Knows what flow logs mean; the scanner knows JSON. */
export class FlowLogReader implements Listener {
  readonly rejects = new RejectList();
  /** What the first row said; null before it. */
  private firstLog: number | null = null;
  private readonly columns = new FlowColumns();
  /** Rows of closed records; those behind them belong to the open one. */
  private closedRows = 0;
  private frames: Frame[] = [];
  private record: OpenRecord | null = null;
  private recordCount = 0;
  private name: Name = null;
  private readonly last = new Map<Name, LastText>();
  private extraFields = 0;
  private brokenAt = '';
  private brokenWhy = '';
  private brokenText = '';

  get isNsg(): boolean {
    return this.firstLog !== null && this.firstLog !== LOGS.vnet;
  }

  get waiting(): number {
    return this.closedRows + this.rejects.waiting;
  }

  takeRows(): FlowRecords | null {
    const rows = this.columns.take(this.closedRows);
    this.closedRows = 0;
    return rows;
  }

  takeIgnored(): Readonly<Record<string, number>> {
    const ignored = this.extraFields === 0 ? {} : { [EXTRA_FIELDS]: this.extraFields };
    this.extraFields = 0;
    return ignored;
  }

  enter(isArray: boolean, offset: number): Mode {
    const role = this.roleOf(isArray, offset);
    if (role === null) return MODES.skip;
    const frame = { role, rowsBefore: this.columns.rows - this.closedRows, rule: null, mac: null };
    this.frames.push(frame);
    if (role === 'record') this.beginRecord(frame, offset);
    this.name = null;
    return role === 'tuples' ? MODES.strings : MODES.look;
  }

  private beginRecord(frame: Frame, offset: number): void {
    this.recordCount++;
    this.record = {
      offset,
      frame,
      time: null,
      saidTime: false,
      saidMac: false,
      hasBody: false,
      target: '',
      resource: '',
      tuples: 0,
    };
  }

  private roleOf(isArray: boolean, offset: number): Role | null {
    const { record } = this;
    const parent = this.frames.at(-1)?.role ?? null;
    const found = roleIn(parent, this.name, isArray, this.frames.length === 1 && record?.hasBody !== true);
    if (typeof found !== 'string') {
      if (found === null) return null;
      return parent === 'tuples' ? this.refuseTuple(offset, found.problem) : this.refuse(offset, found.problem);
    }
    if (found === 'records' && record !== null) {
      // What looked like a record was the envelope.
      this.recordCount--;
      this.record = null;
    }
    if (parent !== 'record' || found !== 'group') return found;
    if (record === null) return this.refuse(offset, 'expected flows inside a record');
    record.hasBody = true;
    return found;
  }

  leave(): void {
    const frame = this.frames.pop() as Frame;
    this.fill(frame);
    const { record } = this;
    if (frame.role !== 'record' || record === null) return;
    if (!record.hasBody) this.refuse(record.offset, 'expected "flowRecords" or "properties", got neither');
    this.closeRecord(record);
  }

  /** Inner containers come first, so what they said stays. */
  private fill({ rowsBefore, rule, mac }: Frame): void {
    if (rule !== null) this.columns.fillRule(this.closedRows + rowsBefore, rule);
    if (mac !== null) this.columns.fillMac(this.closedRows + rowsBefore, mac);
  }

  private closeRecord(record: OpenRecord): void {
    const { columns } = this;
    if (columns.rows > this.closedRows) {
      const resource = record.target === '' ? record.resource : record.target;
      const unknown = columns.settle(this.closedRows, record.time ?? 0, resource);
      if (unknown > 0 && !record.saidMac)
        this.refuse(record.offset, 'expected a macAddress, got none: its rows have 0');
      if (record.time === null && !record.saidTime)
        this.refuse(record.offset, 'expected a time, got none: its rows have 0');
      this.firstLog ??= columns.log[this.closedRows] as number;
      this.closedRows = columns.rows;
    }
    this.record = null;
  }

  key(text: Text): void {
    this.name = text.cut ? null : nameOf(text);
  }

  wantsText(): boolean {
    const role = this.frames.at(-1)?.role;
    return this.name !== null || (role !== 'record' && role !== 'group');
  }

  text(text: Text): void {
    const frame = this.frames.at(-1);
    switch (frame?.role) {
      case 'tuples':
        return this.tuple(text);
      case 'record':
      case 'group':
        return this.property(frame, text);
      case 'groups':
        return void this.refuse(text.offset, 'expected a group of flows, got a string', textOf(text));
      case 'records':
      case undefined:
        return void this.refuse(text.offset, 'expected a record, got a string', textOf(text));
    }
  }

  private property(frame: Frame, text: Text): void {
    const { name, record } = this;
    if (record === null) return;
    const value = this.lastOf(name).textOf(text);
    if (text.cut) return this.longText(name, text.offset, value);
    if (name === 'mac') frame.mac = this.mac(value, record, text.offset);
    else if (name === 'rule' && frame.role === 'group') frame.rule = value;
    else if (name === 'flows' || name === 'tuples' || name === 'body' || name === 'records') {
      this.refuse(text.offset, `expected ${name} as an array or object, got a string`, value);
    } else if (frame.role === 'record') this.recordProperty(record, name, value, text.offset);
  }

  private lastOf(name: Name): LastText {
    const known = this.last.get(name) ?? new LastText();
    this.last.set(name, known);
    return known;
  }

  private longText(name: Name, offset: number, value: string): void {
    this.refuse(offset, `expected ${name} of at most ${TEXT_LIMIT} bytes, got more: its rows have none`, value);
  }

  private recordProperty(record: OpenRecord, name: Name, value: string, offset: number): void {
    if (name === 'target') record.target = value.toLowerCase();
    else if (name === 'resource') record.resource = value.toLowerCase();
    else if (name === 'time') {
      const time = parseInstant(value);
      record.time = time.ok ? time.value : null;
      if (!time.ok && !record.saidTime) this.refuse(offset, `${time.problem}: its rows have 0`, value);
      record.saidTime = true;
    }
  }

  /** A MAC that is none is said once a record, and its rows have 0. */
  private mac(value: string, record: OpenRecord, offset: number): number {
    const mac = macOf(value);
    if (mac === null && !record.saidMac) {
      this.refuse(
        offset,
        `expected a MAC of 12 hexadecimal digits, got "${value.slice(0, 60).toWellFormed()}": its rows have 0`,
        value,
      );
      record.saidMac = true;
    }
    return mac ?? 0;
  }

  scalar(first: number, offset: number): void {
    const role = this.frames.at(-1)?.role;
    if (role === 'tuples') return void this.refuseTuple(offset, 'expected a tuple, got a number or a word');
    if (role === 'record' || role === 'group') {
      if (this.name === null || first === NULL) return;
      return void this.refuse(offset, `expected ${this.name} as text or a container, got a number or a word`);
    }
    this.refuse(offset, `expected ${role === 'groups' ? 'a group of flows' : 'a record'}, got a number or a word`);
  }

  strings(bytes: Uint8Array, from: number, lastQuote: number, base: number): number {
    const { columns } = this;
    const record = this.record as OpenRecord;
    let end = -1;
    let i = from;
    while (record.tuples < MOST_TUPLES) {
      if (columns.rows === columns.room) columns.grow();
      const before = columns.rows;
      const next = readRun(bytes, i, lastQuote, columns, record.tuples, base, MOST_TUPLES - record.tuples);
      if (next > i) {
        record.tuples += columns.rows - before;
        // The last that was read ends before `,"`.
        end = next - 2;
        i = next;
        continue;
      }
      const close = readTuple(bytes, i, columns);
      if (close < 0) break;
      this.commit(record, base + i - 1);
      end = close + 1;
      // The usual `","`: anything else is the scanner's to read.
      if (bytes[end] !== COMMA || bytes[end + 1] !== QUOTE || end + 2 > lastQuote) break;
      i = end + 2;
    }
    return end;
  }

  private commit(record: OpenRecord, offset: number): void {
    const { columns } = this;
    columns.offset[columns.rows] = offset;
    columns.tuple[columns.rows] = ++record.tuples;
    columns.rows++;
  }

  /** A tuple that a piece's end cut, that is not of the usual form, or that is none. */
  private tuple(text: Text): void {
    const { columns } = this;
    const record = this.record as OpenRecord;
    const value = textOf(text);
    if (text.cut)
      return void this.refuseTuple(text.offset, `expected a tuple of at most ${TEXT_LIMIT} bytes, got more`, value);
    if (record.tuples >= MOST_TUPLES) {
      return void this.refuseTuple(text.offset, `expected at most ${MOST_TUPLES} tuples in a record, got more`, value);
    }
    if (columns.rows === columns.room) columns.grow();
    if (text.escaped || readTuple(text.bytes, 0, columns) !== text.length) {
      const read = readTupleText(value, columns);
      if (!read.ok) return void this.refuseTuple(text.offset, read.problem, value);
      this.extraFields += read.value;
    }
    this.commit(record, text.offset);
  }

  tooDeep(offset: number): void {
    this.refuse(offset, `expected at most ${JSON_DEPTH} containers inside each other, got more`);
  }

  broken(why: string, offset: number, within: Text | null): void {
    this.brokenAt = this.placeOf(offset, within);
    this.brokenWhy = why;
    this.brokenText = within === null ? '' : textOf(within);
    this.abandon();
  }

  passedOver(byteCount: number, text: Text): void {
    const why = `${this.brokenWhy}; passed over ${byteCount} bytes to the next record or the end`;
    this.rejects.add(this.brokenAt, why, this.brokenText + textOf(text));
  }

  ended(whole: boolean, offset: number, within: Text | null): void {
    const isOpen = this.record !== null || !whole;
    if (isOpen) {
      const what =
        within !== null && this.frames.at(-1)?.role === 'tuples'
          ? 'a tuple'
          : this.record === null
            ? 'a value'
            : 'a record';
      this.rejects.add(
        this.placeOf(offset, within),
        `expected the rest of ${what}, got the end of the input`,
        within === null ? '' : textOf(within),
      );
    }
    this.abandon();
  }

  /** The open record will not be closed: its rows stay with what is known of it, if that is enough to say whose they are. */
  private abandon(): void {
    const { columns, record } = this;
    for (const frame of this.frames.toReversed()) this.fill(frame);
    this.frames = [];
    if (record === null) return;
    columns.retain(this.closedRows, (row) => {
      if (columns.isMacKnown(row)) return true;
      const place = `record ${this.recordCount}, tuple ${columns.tuple[row]} (byte ${columns.offset[row]})`;
      this.rejects.add(place, 'expected a macAddress, got none before the record broke off');
      return false;
    });
    this.closeRecord(record);
  }

  private placeOf(offset: number, within: Text | null): string {
    if (within === null || this.frames.at(-1)?.role !== 'tuples') return this.place(offset);
    return this.tuplePlace((this.record as OpenRecord).tuples + 1, within.offset);
  }

  private place(offset: number): string {
    return this.record === null ? `byte ${offset}` : `record ${this.recordCount} (byte ${offset})`;
  }

  private tuplePlace(tuple: number, offset: number): string {
    return `record ${this.recordCount}, tuple ${tuple} (byte ${offset})`;
  }

  private refuse(offset: number, why: string, text = ''): null {
    this.rejects.add(this.place(offset), why, text);
    return null;
  }

  private refuseTuple(offset: number, why: string, text = ''): null {
    const record = this.record as OpenRecord;
    this.rejects.add(this.tuplePlace(++record.tuples, offset), why, text);
    return null;
  }
}
