import type { Instant } from '../base/instant.ts';
import type { Result } from '../base/result.ts';
import type { KernelCounts } from '../core/kernel-counters.ts';
import { encodeRemark } from '../formats/conntrack/remark-lines.ts';
import { countedBetween, type KernelLook } from './kernel-counters.ts';

export interface CounterPorts {
  readonly now: () => Instant;
  /** null: they cannot be read. */
  readonly read: () => Promise<KernelCounts | null>;
  readonly keep: (line: string) => Promise<Result<null, string>>;
}

/** Lines that say what the kernel counted. Their stretches touch: what could not be read or kept is in the next line. */
export class CounterLines {
  private readonly ports: CounterPorts;
  /** Up to here it was told. */
  private told: KernelLook | null = null;
  private telling: Promise<void> | null = null;

  constructor(ports: CounterPorts) {
    this.ports = ports;
  }

  /** What was read last. */
  counts: KernelCounts | null = null;

  /** The first time there is nothing to tell: the stretch begins. */
  tell(): Promise<void> {
    this.telling ??= this.tellNow().finally(() => {
      this.telling = null;
    });
    return this.telling;
  }

  private async tellNow(): Promise<void> {
    const { now, read, keep } = this.ports;
    this.counts = await read();
    if (this.counts === null) return;
    const look = { at: now(), counts: this.counts };
    const counted = this.told === null ? null : countedBetween(this.told, look);
    if (counted === null || (await keep(encodeRemark({ kind: 'counters', ...counted }))).ok) this.told = look;
  }
}
