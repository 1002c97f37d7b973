import type { Ip } from '../base/ip.ts';

/** The engine keeps and prints IPv4 as `::ffff:10.0.0.1`. */
export const ipText = (text: string): Ip =>
  (text.startsWith('::ffff:') && text.includes('.') ? text.slice(7) : text) as Ip;
