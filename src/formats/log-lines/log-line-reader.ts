import type { LineTaker } from '../../core/monitoring/logs/told-line.ts';
import { type RoleOf, rolesOf } from '../correlation/correlation-fields.ts';
import { logLineOfRow } from '../log-analytics/container-insights.ts';
import { type Row, RowReader } from '../log-analytics/row-reader.ts';
import { CsvRows, JsonRows, type RowsInto, type RowSource } from '../log-analytics/table-rows.ts';
import { unwrapped } from './envelope.ts';
import { serviceOf, serviceOfFile } from './line-of-file.ts';
import { tellLine } from './tell-line.ts';

/** What became of the lines of one file. Each is told, blank, or refused. */
export interface LinesRead {
  told: number;
  blank: number;
  refused: number;
}

/** A longer line is looked at up to here; its bytes count whole. */
const LONGEST = 1_048_576;
const NEWLINE = 0x0a;

export interface LineSink {
  push(bytes: Uint8Array): void;
  end(): void;
  readonly read: LinesRead;
}

/** Lines as a program, a container runtime, Docker or kubectl wrote them. Bytes come in pieces of any size. */
export class LogLineReader implements LineSink {
  readonly read: LinesRead = { told: 0, blank: 0, refused: 0 };
  private readonly taker: LineTaker;
  private readonly file: string;
  private readonly orElse: string;
  private readonly roleOf: RoleOf;
  private readonly pieces: Uint8Array[] = [];
  private waiting = 0;
  private number = 0;
  /** Parts of a line that the container runtime cut, with the number of the first. */
  private partial: { text: string; readonly line: number } | null = null;

  constructor(taker: LineTaker, file: string, idFields: readonly string[]) {
    this.taker = taker;
    this.file = file;
    this.orElse = serviceOfFile(file);
    this.roleOf = rolesOf(idFields);
  }

  push(bytes: Uint8Array): void {
    let from = 0;
    for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, from)) {
      this.keep(bytes.subarray(from, at));
      this.line();
      from = at + 1;
    }
    this.keep(bytes.slice(from));
  }

  end(): void {
    if (this.pieces.length > 0) this.line();
    const { partial } = this;
    this.partial = null;
    // The runtime was to write more of it, and the file ends.
    if (partial !== null) this.tell(partial.text, partial.line, null, null);
  }

  private keep(bytes: Uint8Array): void {
    if (bytes.length === 0 || this.waiting >= LONGEST) return;
    this.pieces.push(bytes.subarray(0, LONGEST - this.waiting));
    this.waiting += bytes.length;
  }

  private line(): void {
    this.number++;
    const text = decode(this.pieces);
    this.pieces.length = 0;
    this.waiting = 0;
    const { text: inside, takenMs, service, isPartial } = unwrapped(text.endsWith('\r') ? text.slice(0, -1) : text);
    const whole = (this.partial?.text ?? '') + inside;
    const line = this.partial?.line ?? this.number;
    if (isPartial) {
      this.partial = { text: whole.slice(0, LONGEST), line };
      // It is told with the rest of it.
      return;
    }
    this.partial = null;
    if (whole.trim() === '') this.read.blank++;
    else this.tell(whole, line, takenMs, service);
  }

  private tell(text: string, line: number, takenMs: number | null, service: string | null): void {
    this.read.told++;
    const isNamed = this.orElse.includes('/') ? this.orElse : null;
    const around = { service: service ?? isNamed, place: { file: this.file, line }, takenMs };
    this.taker.line(tellLine(text, around, this.orElse, this.roleOf));
  }
}

const decode = (pieces: readonly Uint8Array[]): string => {
  const decoder = new TextDecoder();
  return pieces.map((piece) => decoder.decode(piece, { stream: true })).join('') + decoder.decode();
};

const [OPEN_OBJECT, OPEN_LIST] = [0x7b, 0x5b] as const;

/** Rows of ContainerLogV2, exported as JSON or CSV; a place is the number of the row. */
export class LogRowReader implements LineSink, RowsInto {
  readonly read: LinesRead = { told: 0, blank: 0, refused: 0 };
  private readonly taker: LineTaker;
  private readonly file: string;
  private readonly roleOf: RoleOf;
  private readonly source: RowSource;
  private number = 0;

  /** `head`: the first bytes, which are pushed as well. */
  constructor(taker: LineTaker, file: string, idFields: readonly string[], head: Uint8Array) {
    this.taker = taker;
    this.file = file;
    this.roleOf = rolesOf(idFields);
    const first = head.find((byte) => byte > 0x20 && byte < 0x80);
    this.source = first === OPEN_OBJECT || first === OPEN_LIST ? new JsonRows(this) : new CsvRows(this);
  }

  push(bytes: Uint8Array): void {
    this.source.push(bytes);
  }

  end(): void {
    this.source.end();
  }

  row(row: Row): void {
    this.number++;
    const line = logLineOfRow(new RowReader(row, () => undefined));
    if (line === null) {
      this.read.refused++;
      return;
    }
    if (line.message.trim() === '') {
      this.read.blank++;
      return;
    }
    this.read.told++;
    const service = line.pod === '' ? null : serviceOf(line.namespace, line.pod);
    const level = /^(?:unknown)?$/i.test(line.level) ? null : line.level;
    const place = { file: this.file, line: this.number };
    this.taker.line(
      tellLine(line.message, { service, place, takenMs: line.at, level }, serviceOfFile(this.file), this.roleOf),
    );
  }

  refused(): void {
    this.read.refused++;
  }
}
