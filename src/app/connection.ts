import type { Instant } from '../base/instant.ts';
import { type Ip, parseIp } from '../base/ip.ts';

/** One connection, as a log line of any kind tells it. */
export interface Connection {
  /** What the line was read as, for a person. */
  readonly form: string;
  readonly destIp: Ip;
  readonly destPort: number | null;
  readonly srcIp: Ip | null;
  readonly srcPort: number | null;
  /** `tcp`, `udp`. */
  readonly protocol: string | null;
  readonly at: Instant | null;
}

export const ipOf = (text: string | undefined): Ip | null => {
  const ip = parseIp(text ?? '');
  return ip.ok ? ip.value : null;
};
