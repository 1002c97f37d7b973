import { type Instant, instant, SECOND } from '../../base/instant.ts';
import type { Answer } from './api-server.ts';

/**
 * The API server's clock, by what its answers state. Where ours agrees with them it is taken as it is; else it is moved by as little as makes
 * it agree: stamps in objects, and through them the leases, are by the server's clock.
 */
export class ServerClock {
  private offsetMs = 0;
  private readonly ours: () => Instant;

  constructor(ours: () => Instant) {
    this.ours = ours;
  }

  readonly now = (): Instant => this.of(this.ours());

  of(at: Instant): Instant {
    return instant(at + this.offsetMs);
  }

  /** How far the server's clock is ahead. */
  get aheadMs(): number {
    return this.offsetMs;
  }

  /** The answer was made between its sending and its arrival, in the second that it states. */
  learn({ sentAt, answeredAt, serverDate }: Answer): void {
    if (serverDate === null) return;
    const [least, most] = [serverDate - answeredAt, serverDate + SECOND - sentAt];
    this.offsetMs = least > 0 ? least : most < 0 ? most : 0;
  }
}
