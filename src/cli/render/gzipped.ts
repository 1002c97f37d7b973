import { gzipSync } from 'node:zlib';

/** Where the header names the system that it was made on. https://www.rfc-editor.org/rfc/rfc1952#section-2.3 */
const SYSTEM = 9;
const UNKNOWN = 255;

/** As base64: the same on every system, and without a time. */
export const gzipped = (text: string): string => {
  const bytes = gzipSync(text, { level: 9 });
  bytes[SYSTEM] = UNKNOWN;
  return bytes.toString('base64');
};
