import { fail, ok, type Result } from '../../base/result.ts';

/**
 * An id of so many bytes as lower-case hexadecimal digits; empty for none and for all zeros. OTLP in JSON writes hexadecimal digits;
 * exporters that leave it to the JSON of protobuf write base64.
 * https://github.com/open-telemetry/opentelemetry-proto/blob/main/docs/specification.md#json-protobuf-encoding
 */
export const otlpId = (value: unknown, bytes: 8 | 16): Result<string, string> => {
  if (value === undefined || value === null || value === '') return ok('');
  const text = typeof value === 'string' ? value : '';
  const digits = /^[\da-f]+$/i.test(text) && text.length === bytes * 2 ? text.toLowerCase() : fromBase64(text);
  if (digits.length !== bytes * 2)
    return fail(`expected ${bytes * 2} hexadecimal digits, got ${JSON.stringify(value)?.slice(0, 60)}`);
  return ok(/^0+$/.test(digits) ? '' : digits);
};

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

const fromBase64 = (text: string): string => {
  if (!/^[A-Za-z\d+/_-]{8,24}={0,2}$/.test(text)) return '';
  let [bits, held, digits] = [0, 0, ''];
  for (const c of text.replaceAll('=', '').replaceAll('-', '+').replaceAll('_', '/')) {
    held = ((held << 6) | ALPHABET.indexOf(c)) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    digits += ((held >> bits) & 0xff).toString(16).padStart(2, '0');
  }
  return digits;
};
