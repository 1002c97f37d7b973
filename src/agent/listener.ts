import { execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, openSync, readSync, rmSync } from 'node:fs';
import { readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type ListenerQueue, parseListenerQueue, parseState, parseWritten, socketInode } from './kernel-counters.ts';
import { readKernelFile } from './kernel-file.ts';

/** What a listener tells, in the order in which conntrack said it. */
export interface Heard {
  /** Whole lines of events. The bytes are the listener's, and others when this returns. */
  events(lines: Buffer): void;
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

/** As much as a pipe holds. */
const READ_BYTES = 65_536;
/** conntrack writes each line by itself. To read them one by one costs more than all the rest: what comes is left to gather for so long. */
const GATHER_MS = 10;
const BUSY_MS = 4;

const PID = '# pid ';
/** The number of the process that becomes conntrack, as its first line. */
const TELLS_PID = `echo "${PID}$$"; exec "$0" "$@" 2>&1`;
/** A pipe and a second reader stand between, so that conntrack need not wait while this process does something else for a moment. */
const throughCat = (pipe: string): string => `sh -c "$0" "$@" | exec cat > '${pipe.replaceAll("'", "'\\''")}'`;

/**
 * `conntrack -E` as a child. NEW and DESTROY are all that a translation needs, and a third of the events of a TCP connection. Its warnings
 * come through the same pipe as its events: only so does their place among them say what was read before.
 *
 * The pipe is a named one that is read into one buffer, again and again: a stream would make a new one for each read, and the garbage
 * of a busy second is more than the agent itself.
 */
export class Listener {
  private readonly heard: Heard;
  private readonly pipe: number;
  private readonly buffer = Buffer.allocUnsafeSlow(2 * READ_BYTES);
  /** Bytes at the beginning of the buffer that are a line whose end has not come. */
  private kept = 0;
  /** All that was read since it began. */
  private readBytes = 0;
  private isListening = false;
  private isHeld = false;
  private isOver = false;
  /** Of conntrack itself. */
  private pid: number | null = null;
  private said = '';
  private inodes: ReadonlySet<string> | null = null;
  /** Reading was held back since this was set to false. */
  wasHeld = false;

  /** Throws the system's error where the folder takes no pipe. */
  constructor(command: string, bufferBytes: number, folder: string, heard: Heard) {
    this.heard = heard;
    const path = join(folder, 'events.pipe');
    rmSync(path, { force: true });
    execFileSync('mkfifo', ['-m', '600', path]);
    this.pipe = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const args = ['-E', '-e', 'NEW,DESTROY', '-o', 'timestamp,id,extended', '-b', String(bufferBytes)];
    const child = spawn('sh', ['-c', throughCat(path), TELLS_PID, command, ...args], { stdio: 'ignore' });
    child.once('error', (error) => this.finish(error.message));
    child.once('exit', (code, signal) => {
      this.isHeld = false;
      this.readAll();
      this.finish(this.said || `it ended with ${signal ?? code}`);
    });
    this.readLater(GATHER_MS);
  }

  hold(): void {
    this.wasHeld = true;
    this.isHeld = true;
  }

  release(): void {
    this.isHeld = false;
  }

  /** The others end with it: a pipe has two ends. */
  end(): void {
    try {
      if (this.pid !== null) process.kill(this.pid, 'SIGTERM');
    } catch {
      // It was quicker.
    }
  }

  /** What waits for it in the kernel; null: this kernel or container does not let it be known. */
  async queue(): Promise<ListenerQueue | null> {
    try {
      if (this.pid === null) return null;
      this.inodes ??= await inodesOf(this.pid);
      return parseListenerQueue(readKernelFile('/proc/self/net/netlink') ?? '', this.inodes);
    } catch {
      return null;
    }
  }

  /**
   * Whether all events that there were when this was asked have been read: none waits in the kernel, and conntrack sleeps and had written what was read
   * before. A moment's wait would prove nothing: cat and two pipes lie between, and on a busy node each of them waits for its turn. Null: this kernel
   * or container does not let it be known.
   */
  async isCaughtUp(): Promise<boolean | null> {
    this.readAll();
    // In this order. Asleep in a write to a pipe that is full, it wrote more than was read by now.
    const read = this.readBytes;
    const queue = await this.queue();
    const state = parseState(readKernelFile(`/proc/${this.pid}/stat`) ?? '');
    const written = parseWritten(readKernelFile(`/proc/${this.pid}/io`) ?? '');
    return queue === null || written === null ? null : queue.waitingBytes === 0 && state === 'S' && written === read;
  }

  private readLater(ms: number): void {
    setTimeout(() => {
      if (this.isOver) return;
      this.readLater(this.readAll() > READ_BYTES / 2 ? BUSY_MS : GATHER_MS);
    }, ms);
  }

  /** All that is there, up to a bound, so that others have their turn. */
  readAll(): number {
    let total = 0;
    while (!this.isHeld && !this.isOver && total < 16 * READ_BYTES) {
      const bytes = this.readOnce();
      if (bytes === 0) break;
      total += bytes;
      this.readBytes += bytes;
      const end = this.kept + bytes;
      const whole = this.buffer.lastIndexOf(NEWLINE, end - 1) + 1;
      if (whole > 0 && whole <= end) {
        this.takeWhole(this.buffer.subarray(0, whole));
        this.buffer.copyWithin(0, whole, end);
        this.kept = end - whole;
      } else this.kept = end > READ_BYTES ? 0 : end;
    }
    return total;
  }

  /** 0: nothing is there now. */
  private readOnce(): number {
    try {
      return readSync(this.pipe, this.buffer, this.kept, READ_BYTES, null);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
      throw error;
    }
  }

  private finish(said: string): void {
    if (this.isOver) return;
    this.isOver = true;
    closeSync(this.pipe);
    this.heard.ended(said);
  }

  private takeWhole(bytes: Buffer): void {
    if (bytes[0] === BRACKET && !REMARKS.some((text) => bytes.includes(text))) this.heard.events(bytes);
    else this.takeLines(bytes);
  }

  private takeLines(bytes: Buffer): void {
    let events = 0;
    for (let from = 0; from < bytes.length; ) {
      const until = bytes.indexOf(NEWLINE, from) + 1;
      // `[1795401867.032737]`, then the kind in brackets.
      if (bytes[from] !== BRACKET) {
        if (events < from) this.heard.events(bytes.subarray(events, from));
        events = until;
        this.takeRemark(bytes.toString('utf8', from, until).trim());
      }
      from = until;
    }
    if (events < bytes.length) this.heard.events(bytes.subarray(events));
  }

  private takeRemark(text: string): void {
    if (text.startsWith('WARNING: We have hit ENOBUFS')) this.heard.lost();
    else if (text.startsWith('NOTICE')) {
      if (!this.isListening) this.heard.listening();
      this.isListening = true;
    } else if (text.startsWith(PID)) this.pid = Number(text.slice(PID.length));
    else if (text !== '') this.said = text;
  }
}

/** The netlink sockets that a process has open. */
const inodesOf = async (pid: number): Promise<ReadonlySet<string>> => {
  const folder = `/proc/${pid}/fd`;
  const links = await Promise.all((await readdir(folder)).map((fd) => readlink(`${folder}/${fd}`).catch(() => '')));
  return new Set(links.flatMap((link) => socketInode(link) ?? []));
};
