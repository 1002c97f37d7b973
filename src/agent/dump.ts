import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Instant } from '../base/instant.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { encodeRemark } from '../formats/conntrack/remark-lines.ts';
import { withoutIds } from './entry-ids.ts';

const NEWLINE = 10;

/** So much is held until the events of the time are read. */
export const HELD_BYTES = 1_048_576;

export interface DumpPorts {
  readonly now: () => Instant;
  /** Returns when the events up to this time were read. */
  readonly caughtUp: (at: Instant) => Promise<void>;
  /** Entries that begin in events read since the dump began. They are told there, with a better time: that of the dump may be an earlier one. */
  readonly begun: ReadonlySet<string>;
  /** `HELD_BYTES` to hold lines in: a node that loses events is dumped again and again. */
  readonly room: Buffer;
  /** The piece is in the room, which holds others when this returns. */
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
  { now, caughtUp, begun, room, keep }: DumpPorts,
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
  /** Where in the room each piece is, and where its lines are, behind their time. */
  let held: { readonly from: number; readonly lines: number; readonly until: number }[] = [];
  let heldBytes = 0;
  let refused: string | null = null;
  const release = async (): Promise<void> => {
    await caughtUp(now());
    for (const part of held) {
      const left = withoutIds(room.subarray(part.lines, part.until), begun);
      const count = linesIn(left);
      if (count === 0 || refused !== null) continue;
      lines += count;
      const kept = await keep(room.subarray(part.from, part.lines + left.length), count);
      if (!kept.ok) refused = kept.problem;
    }
    held = [];
    heldBytes = 0;
  };
  const hold = (bytes: Uint8Array): void => {
    room.set(bytes, heldBytes);
    heldBytes += bytes.length;
  };
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end === 0) rest = Buffer.concat([rest, chunk]);
    if (end === 0 || refused !== null) continue;
    const time = Buffer.from(encodeRemark({ kind: 'dump', at }));
    if (heldBytes + time.length + rest.length + end > HELD_BYTES) await release();
    const from = heldBytes;
    hold(time);
    hold(rest);
    hold(chunk.subarray(0, end));
    held.push({ from, lines: from + time.length, until: heldBytes });
    rest = Buffer.from(chunk.subarray(end));
    at = now();
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
