import { type ChildProcess, spawn } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { type ListenerQueue, parseListenerQueue, socketInode } from './kernel-counters.ts';

/** What a listener tells, in the order in which conntrack said it. */
export interface Heard {
  /** Whole lines of events. The bytes are the receiver's. */
  events(lines: Uint8Array): void;
  /** It listens: what happens from now on is told. */
  listening(): void;
  /** conntrack says that the kernel dropped events. */
  lost(): void;
  /** It is gone; `said` is the last that it said beside events. */
  ended(said: string): void;
}

const NEWLINE = 10;
const BRACKET = 91;
/** What is no event is looked at line by line: it is rare. */
const REMARKS = ['WARNING', 'NOTICE', 'conntrack v', 'Please, ', 'This message'];

/**
 * `conntrack -E` as a child. NEW and DESTROY are all that a translation needs, and a third of the events of a TCP connection. Its warnings
 * come through the same pipe as its events: only so does their place among them say what was read before.
 */
export class Listener {
  private readonly child: ChildProcess;
  private readonly heard: Heard;
  private rest: Buffer = Buffer.alloc(0);
  private isListening = false;
  private said = '';
  private inodes: ReadonlySet<string> | null = null;
  /** Nothing was read for a while since this was set to false. */
  wasPaused = false;

  constructor(command: string, bufferBytes: number, heard: Heard) {
    this.heard = heard;
    const args = ['-E', '-e', 'NEW,DESTROY', '-o', 'timestamp,id,extended', '-b', String(bufferBytes)];
    this.child = spawn('sh', ['-c', 'exec "$0" "$@" 2>&1', command, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
    this.child.stdout?.on('data', (chunk: Buffer) => this.take(chunk));
    let isOver = false;
    const end = (why: string): void => {
      if (isOver) return;
      isOver = true;
      heard.ended(why);
    };
    this.child.once('error', (error) => end(error.message));
    this.child.once('close', (code, signal) => end(this.said || `it ended with ${signal ?? code}`));
  }

  pause(): void {
    this.wasPaused = true;
    this.child.stdout?.pause();
  }

  resume(): void {
    this.child.stdout?.resume();
  }

  end(): void {
    this.child.kill('SIGTERM');
    this.resume();
  }

  /** What waits for it in the kernel; null: this kernel or container does not let it be known. */
  async queue(): Promise<ListenerQueue | null> {
    try {
      this.inodes ??= await inodesOf(this.child.pid);
      return parseListenerQueue(await readFile('/proc/self/net/netlink', 'utf8'), this.inodes);
    } catch {
      return null;
    }
  }

  private take(chunk: Buffer): void {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    const whole = this.rest.length === 0 ? chunk.subarray(0, end) : Buffer.concat([this.rest, chunk.subarray(0, end)]);
    if (end === 0) {
      this.rest = Buffer.concat([this.rest, chunk]);
      return;
    }
    // A copy: a slice would keep the whole chunk alive.
    this.rest = Buffer.from(chunk.subarray(end));
    if (whole[0] === BRACKET && !REMARKS.some((text) => whole.includes(text))) this.heard.events(whole);
    else this.takeLines(whole);
  }

  private takeLines(bytes: Buffer): void {
    const events: Buffer[] = [];
    const flush = (): void => {
      if (events.length > 0) this.heard.events(Buffer.concat(events.splice(0)));
    };
    for (let from = 0; from < bytes.length; ) {
      const until = bytes.indexOf(NEWLINE, from) + 1;
      const line = bytes.subarray(from, until);
      from = until;
      // `[1795401867.032737]`, then the kind in brackets.
      if (line[0] === BRACKET) {
        events.push(line);
        continue;
      }
      const text = line.toString().trim();
      if (text.startsWith('WARNING: We have hit ENOBUFS')) {
        flush();
        this.heard.lost();
      } else if (text.startsWith('NOTICE')) {
        if (!this.isListening) this.heard.listening();
        this.isListening = true;
      } else if (text !== '') this.said = text;
    }
    flush();
  }
}

/** The netlink sockets that a process has open. */
const inodesOf = async (pid: number | undefined): Promise<ReadonlySet<string>> => {
  const folder = `/proc/${pid}/fd`;
  const links = await Promise.all((await readdir(folder)).map((fd) => readlink(`${folder}/${fd}`).catch(() => '')));
  return new Set(links.flatMap((link) => socketInode(link) ?? []));
};
