import type { Place } from './query.ts';
import type { TrapCode } from './traps.ts';

export interface Trap {
  readonly code: TrapCode;
  readonly at: Place;
  readonly message: string;
}

/** What was found, each thing once. */
export class TrapReport {
  private readonly found = new Map<string, Trap>();

  add(code: TrapCode, at: Place, message: string): void {
    this.found.set(`${code} ${at.from} ${at.until}`, { code, at, message });
  }

  /** In the order of the text. */
  all(): readonly Trap[] {
    return [...this.found.values()].sort((a, b) => a.at.from - b.at.from || (a.code < b.code ? -1 : 1));
  }
}
