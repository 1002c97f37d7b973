import type { Brand } from './brand.ts';
import { fail, ok, type Result } from './result.ts';

export type Port = Brand<number, 'Port'>;

export const parsePort = (text: string): Result<Port, string> => {
  const n = Number(text);
  return /^\d{1,5}$/.test(text) && n <= 65_535
    ? ok(n as Port)
    : fail(`expected a port from 0 to 65535, got "${text.slice(0, 40)}"`);
};
