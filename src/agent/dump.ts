import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Instant } from '../base/instant.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { encodeRemark } from '../formats/conntrack/remark-lines.ts';

const NEWLINE = 10;

/**
 * The table as it is, of both address families, in pieces that each begin with the time of their lines. That is when the piece before was
 * read: no later than the kernel looked, so that no entry seems to be there after its end was told.
 */
export const dumpTable = async (
  command: string,
  now: () => Instant,
  keep: (piece: Uint8Array, lines: number) => Promise<Result<null, string>>,
): Promise<Result<number, string>> => {
  let lines = 0;
  for (const family of ['ipv4', 'ipv6']) {
    const child = spawn(command, ['-L', '-f', family, '-o', 'id,extended'], { stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = once(child, 'close').catch((error: Error) => error);
    let said = '';
    child.stderr.on('data', (text: Buffer) => {
      said = (said + text.toString()).slice(-500);
    });
    let at = now();
    let rest: Buffer = Buffer.alloc(0);
    let refused: string | null = null;
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      const end = chunk.lastIndexOf(NEWLINE) + 1;
      const whole = Buffer.concat([rest, chunk.subarray(0, end)]);
      rest = Buffer.from(end === 0 ? Buffer.concat([rest, chunk]) : chunk.subarray(end));
      if (end === 0 || refused !== null) continue;
      const count = linesIn(whole);
      lines += count;
      const kept = await keep(Buffer.concat([Buffer.from(encodeRemark({ kind: 'dump', at })), whole]), count);
      at = now();
      if (!kept.ok) refused = kept.problem;
    }
    const result = await ended;
    if (result instanceof Error) return fail(result.message);
    if (refused !== null) return fail(refused);
    if (child.exitCode !== 0) return fail(said.trim() || `conntrack -L ended with ${child.exitCode}`);
  }
  return ok(lines);
};

export const linesIn = (bytes: Uint8Array): number => {
  let lines = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) lines++;
  return lines;
};
