import type { Reject } from '../../core/facts.ts';
import { REJECT_TEXT } from '../decoder.ts';
import { LONGEST_VALUE } from '../json/split-values.ts';

/** A record, with its place counted from 0; the header is record 0. */
export interface CsvRecords {
  record(fields: readonly string[], index: number): void;
  refused(reject: Reject): void;
}

type State = 'field start' | 'plain' | 'quoted' | 'after quote' | 'skipping';

const [QUOTE, COMMA, NEWLINE] = [0x22, 0x2c, 0x0a] as const;

/** CSV as RFC 4180 has it, text in pieces of any size. A record that breaks its rules is refused, and the next line begins anew. */
export class CsvReader {
  private readonly into: CsvRecords;
  private state: State = 'field start';
  private fields: string[] = [];
  private field = '';
  /** Characters of this record, for the bound. */
  private length = 0;
  private index = 0;

  constructor(into: CsvRecords) {
    this.into = into;
  }

  push(text: string): void {
    let from = 0;
    for (let i = 0; i < text.length; i++) {
      const c = text.charCodeAt(i);
      if (this.state === 'quoted' ? c !== QUOTE : c !== QUOTE && c !== COMMA && c !== NEWLINE) {
        if (this.state === 'field start') this.state = 'plain';
        else if (this.state === 'after quote' && c !== 0x0d) this.refuse('text after a closing quote');
        continue;
      }
      this.add(text.slice(from, i));
      from = i + 1;
      if (c === NEWLINE) this.endRecord();
      else if (c === QUOTE) this.quote();
      else if (this.state !== 'skipping') this.endField();
    }
    this.add(text.slice(from));
  }

  end(): void {
    if (this.state === 'quoted') this.refuse('the input ends inside a quoted field');
    if (this.state === 'skipping') this.index++;
    else if (this.fields.length > 0 || this.field !== '' || this.state === 'after quote') this.endRecord();
  }

  private add(piece: string): void {
    if (this.state === 'skipping' || piece === '') return;
    // After a closing quote only the carriage return of the line end is left.
    if (this.state !== 'after quote') this.field += piece;
    this.length += piece.length;
    if (this.length > LONGEST_VALUE) this.refuse(`longer than ${LONGEST_VALUE} characters`);
  }

  private quote(): void {
    if (this.state === 'field start') this.state = 'quoted';
    else if (this.state === 'quoted') this.state = 'after quote';
    else if (this.state === 'after quote') {
      this.field += '"';
      this.state = 'quoted';
    } else if (this.state === 'plain') this.refuse('a quote inside a field that is not quoted');
  }

  private endField(): void {
    this.fields.push(this.field);
    this.field = '';
    this.state = 'field start';
  }

  private endRecord(): void {
    if (this.state !== 'skipping') {
      if (this.state === 'plain' && this.field.endsWith('\r')) this.field = this.field.slice(0, -1);
      this.endField();
      const blank = this.fields.length === 1 && this.fields[0] === '';
      if (!blank) this.into.record(this.fields, this.index++);
    } else this.index++;
    this.fields = [];
    this.field = '';
    this.length = 0;
    this.state = 'field start';
  }

  private refuse(why: string): void {
    if (this.state === 'skipping') return;
    const text = [...this.fields, this.field].join(',').slice(0, REJECT_TEXT);
    this.into.refused({ place: rowPlace(this.index), why, text });
    this.state = 'skipping';
    this.fields = [];
    this.field = '';
  }
}

export const rowPlace = (index: number): string => (index === 0 ? 'header' : `row ${index}`);
