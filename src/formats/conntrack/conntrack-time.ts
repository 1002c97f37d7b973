import { EARLIEST, LATEST } from '../../base/instant.ts';
import { wholeNumber } from './scan.ts';

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';

/**
 * The date that `-o ktimestamp` prints, as C's ctime writes it: `Mon Nov 23 02:44:27 2026`, here read as UTC, the zone of
 * AKS nodes. Returns milliseconds, or -1. Written by hand because a dump has one on every line.
 */
export const ctimeMs = (bytes: Uint8Array, from: number, until: number): number => {
  if (until - from !== 24) return -1;
  const name = String.fromCharCode(bytes[from + 4] as number, bytes[from + 5] as number, bytes[from + 6] as number);
  const month = MONTHS.indexOf(name);
  const day = wholeNumber(bytes, bytes[from + 8] === 32 ? from + 9 : from + 8, from + 10);
  const hour = wholeNumber(bytes, from + 11, from + 13);
  const minute = wholeNumber(bytes, from + 14, from + 16);
  const second = wholeNumber(bytes, from + 17, from + 19);
  const year = wholeNumber(bytes, from + 20, from + 24);
  if (month < 0 || month % 3 !== 0 || day < 1 || day > 31 || hour < 0 || hour > 23) return -1;
  if (minute < 0 || minute > 59 || second < 0 || second > 60 || year < 0) return -1;
  const at = Date.UTC(year, month / 3, day, hour, minute, second);
  return isPlausible(at) ? at : -1;
};

export const isPlausible = (ms: number): boolean => ms >= EARLIEST && ms < LATEST;
