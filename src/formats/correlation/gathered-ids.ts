import { canonicalId, parseTraceContext, parseTraceId, spellingsOf } from '../../core/correlation-id.ts';
import type { FieldRole } from './correlation-fields.ts';

/** Beyond it a line lists ids and belongs to none of them. */
const MOST_IDS = 16;
/** Shorter ones are numbers of something; longer ones are no ids. */
const [SHORTEST, LONGEST] = [6, 256] as const;
const NOTHING: ReadonlySet<string> = new Set(['undefined', 'unknown']);

/** What the fields of one span or line tell of the request that it belongs to. */
export class GatheredIds {
  traceId = '';
  spanId = '';
  private readonly found = new Set<string>();

  get ids(): readonly string[] {
    return [...this.found];
  }

  /** Whether anything was told. */
  get any(): boolean {
    return this.traceId !== '' || this.found.size > 0;
  }

  take(role: FieldRole, value: string): void {
    const context = parseTraceContext(value);
    if (context !== null && role !== 'span') {
      this.traceId ||= context.traceId;
      this.spanId ||= context.spanId;
    } else if (role === 'trace') {
      const traceId = parseTraceId(canonicalId(value));
      if (traceId === null) this.id(value);
      else this.traceId ||= traceId;
    } else if (role === 'span') this.span(value);
    else if (role === 'id') this.id(value);
  }

  private span(value: string): void {
    if (/^[\da-f]{16}$/i.test(value) && !/^0*$/.test(value)) this.spanId ||= value.toLowerCase();
  }

  private id(value: string): void {
    if (value.length > LONGEST) return;
    for (const id of spellingsOf(value)) {
      const isId = id.length >= SHORTEST && !/\s/.test(id) && !/^0*$/.test(id) && !NOTHING.has(id);
      if (isId && this.found.size < MOST_IDS) this.found.add(id);
    }
  }
}
