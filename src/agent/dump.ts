import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Instant } from '../base/instant.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { encodeRemark } from '../formats/conntrack/remark-lines.ts';
import { withoutIds } from './entry-ids.ts';

const NEWLINE = 10;

/** So much is held until the events of the time are read. */
const HELD_BYTES = 1_048_576;

export interface DumpPorts {
  readonly now: () => Instant;
  /** Returns when the events up to this time were read. */
  readonly caughtUp: (at: Instant) => Promise<void>;
  /** Entries that begin in events read since the dump began. They are told there, with a better time: that of the dump may be an earlier one. */
  readonly begun: ReadonlySet<string>;
  readonly keep: (piece: Uint8Array, lines: number) => Promise<Result<null, string>>;
}

/**
 * The table as it is, of both address families, in pieces that each begin with the time of their lines. That is when the piece before was
 * read: no later than the kernel looked, so that no entry seems to be there after its end was told.
 */
export const dumpTable = async (command: string, ports: DumpPorts): Promise<Result<number, string>> => {
  let lines = 0;
  for (const family of ['ipv4', 'ipv6']) {
    const dumped = await dumpFamily(command, family, ports);
    if (!dumped.ok) return dumped;
    lines += dumped.value;
  }
  return ok(lines);
};

const dumpFamily = async (
  command: string,
  family: string,
  { now, caughtUp, begun, keep }: DumpPorts,
): Promise<Result<number, string>> => {
  const child = spawn(command, ['-L', '-f', family, '-o', 'id,extended'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close').catch((error: Error) => error);
  let said = '';
  child.stderr.on('data', (text: Buffer) => {
    said = (said + text.toString()).slice(-500);
  });
  let lines = 0;
  let at = now();
  let rest: Buffer = Buffer.alloc(0);
  let held: { readonly at: Instant; readonly lines: Buffer }[] = [];
  let heldBytes = 0;
  let refused: string | null = null;
  const release = async (): Promise<void> => {
    await caughtUp(now());
    for (const part of held) {
      const left = withoutIds(part.lines, begun);
      const count = linesIn(left);
      if (count === 0 || refused !== null) continue;
      lines += count;
      const kept = await keep(Buffer.concat([Buffer.from(encodeRemark({ kind: 'dump', at: part.at })), left]), count);
      if (!kept.ok) refused = kept.problem;
    }
    held = [];
    heldBytes = 0;
  };
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    const whole = Buffer.concat([rest, chunk.subarray(0, end)]);
    rest = Buffer.from(end === 0 ? Buffer.concat([rest, chunk]) : chunk.subarray(end));
    if (end === 0 || refused !== null) continue;
    held.push({ at, lines: whole });
    heldBytes += whole.length;
    at = now();
    if (heldBytes >= HELD_BYTES) await release();
  }
  const result = await ended;
  if (result instanceof Error) return fail(result.message);
  await release();
  if (refused !== null) return fail(refused);
  return child.exitCode === 0 ? ok(lines) : fail(said.trim() || `conntrack -L ended with ${child.exitCode}`);
};

export const linesIn = (bytes: Uint8Array): number => {
  let lines = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) lines++;
  return lines;
};
