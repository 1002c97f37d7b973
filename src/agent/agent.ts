import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Instant, instant } from '../base/instant.ts';
import { fail, type Result } from '../base/result.ts';
import type { KernelCounts } from '../core/kernel-counters.ts';
import { Journal } from '../journal/journal.ts';
import { CounterLines } from './counter-lines.ts';
import { Coverage } from './coverage.ts';
import { dumpTable, HELD_BYTES, linesIn } from './dump.ts';
import { timeOfLast } from './event-time.ts';
import { addNewIds } from './entry-ids.ts';
import { Gathered } from './gathered.ts';
import { type ListenerQueue, parseTrackingCounters, wasFlushed } from './kernel-counters.ts';
import { readKernelFile } from './kernel-file.ts';
import { Listener } from './listener.ts';
import { type Mark, parseMark, renderMark } from './mark.ts';
import { Sender } from './sender.ts';
import { statusLine } from './status-line.ts';
import { blindness, hasCilium, showsTranslation } from './translation-seen.ts';

export interface AgentOptions {
  readonly server: URL;
  readonly node: string;
  /** null: the server's default. */
  readonly cluster: string | null;
  readonly spool: string;
  readonly spoolBytes: number;
  /** Of the netlink socket; the kernel takes it as it is from whoever may administer the network. */
  readonly bufferBytes: number;
  /** How old a segment may become before it is handed over. */
  readonly sendEveryMs: number;
  /** The program. */
  readonly conntrack: string;
}

export const AGENT_DEFAULTS = {
  spoolBytes: 512 * 1_048_576,
  bufferBytes: 64 * 1_048_576,
  sendEveryMs: 5_000,
  conntrack: 'conntrack',
} as const;

export interface AgentPorts {
  readonly now: () => Instant;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly token: () => Promise<string | null>;
  readonly log: (line: string) => void;
}

const TICK_MS = 250;
const SYNC_EVERY_TICKS = 4;
const STATUS_EVERY_MS = 60_000;
/** What the kernel counted is told every ten seconds, however late a tick is. */
const COUNTERS_EVERY_MS = 9_000;
/** Lines are gathered up to so many bytes, or until the next tick: one write for many. */
const GATHERED_BYTES = 131_072;
/** When so much waits for the disk, conntrack waits: then the kernel's buffer holds what comes. */
const MOST_WAITING_BYTES = 2_097_152;
const SEGMENT_BYTES = 1_048_576;
/** Room that has to be there again before a full spool takes events: below its bound, and on its disk, to seal what is open. */
const ROOM = 0.9;
const DISK_ROOM_BYTES = 262_144;
/** Of a socket: a burst of ten thousand connections. */
const LARGE_BUFFER = 33_554_432;
const LOOKED_BYTES = 8_192;
const CATCH_UP_MS = 25;
const MOST_TRIES = 40;
const RESTART_MS = [500, 1_000, 2_000, 5_000, 10_000, 30_000];
const ENDS_WITHIN_MS = 5_000;

/** Listens until `signal`, then hands over what it can in a few seconds. Throws the system's error where the spool cannot be used. */
export const runAgent = async (options: AgentOptions, ports: AgentPorts, signal: AbortSignal): Promise<void> => {
  const journal = await Journal.open(options.spool, { mostBytes: options.spoolBytes, stamp: String(ports.now()) });
  await new Agent(journal, options, ports).run(signal);
};

class Agent {
  private readonly journal: Journal;
  private readonly options: AgentOptions;
  private readonly ports: AgentPorts;
  private readonly sender: Sender;
  private readonly coverage: Coverage;
  private readonly counters: CounterLines;
  private listener: Listener | null = null;
  private isListening = false;
  private restarts = 0;
  private isEnding = false;

  private readonly gathered = new Gathered(2 * GATHERED_BYTES);
  private waitingBytes = 0;
  /** Time of the event that was read last. */
  private newestAt: Instant | null = null;
  /** While a dump is read: entries that began in events since. */
  private begun: Set<string> | null = null;
  private readonly dumpRoom = Buffer.allocUnsafeSlow(HELD_BYTES);
  private isFull = false;

  /** When the kernel was last asked, and had lost nothing since it was asked before. */
  private cleanAt: Instant;
  /** From here on nothing was lost; null: it is still being lost, as far as is known. */
  private soundFrom: Instant | null = null;
  private queue: ListenerQueue | null = null;
  private knowsQueue = true;
  private tableCount: number | null = null;
  private recovery: Promise<void> | null = null;
  /** Losses that were noticed; a recovery that saw none come in between is one. */
  private losses = 0;
  private segmentAt: Instant | null = null;
  /** False: the disk does not let the open segment be sealed. */
  private isSealing = true;
  private completeUntil: Instant | null = null;

  private readonly counts = {
    events: 0,
    dumped: 0,
    dumps: 0,
    dropped: 0,
    looked: 0,
    translated: 0,
    mostWaiting: 0,
    overruns: 0,
    kernelDropped: 0,
  };

  constructor(journal: Journal, options: AgentOptions, ports: AgentPorts) {
    this.journal = journal;
    this.options = options;
    this.ports = ports;
    this.sender = new Sender(journal, { ...options, ...ports });
    const mark = parseMark(journal.mark);
    this.coverage = new Coverage(mark?.saidUntil ?? ports.now());
    this.counters = new CounterLines({
      now: ports.now,
      read: () => kernelCounts(options.conntrack),
      // Not through `append`: where there is no room for it nothing is lost that was translated.
      keep: async (line) => (this.isFull ? fail('the spool is full') : journal.append(Buffer.from(line))),
    });
    this.cleanAt = ports.now();
    this.takeUp(mark);
  }

  async run(signal: AbortSignal): Promise<void> {
    const { options, ports } = this;
    await this.tellSettings();
    // A kill within the first second is a gap as well.
    await this.saveMark();
    const sending = new AbortController();
    const sent = this.sender.run(sending.signal);
    this.sender.wake();
    this.listen();
    let ticks = 0;
    let statusAt = ports.now() + STATUS_EVERY_MS;
    let countersAt: number = ports.now();
    while (!signal.aborted) {
      await sleep(TICK_MS, undefined, { signal }).catch(() => undefined);
      await this.tick(++ticks % SYNC_EVERY_TICKS === 0);
      if (ports.now() >= countersAt) {
        countersAt = ports.now() + COUNTERS_EVERY_MS;
        // Not waited for: what is lost is asked for in time.
        void this.counters.tell();
      }
      if (ports.now() < statusAt) continue;
      statusAt = ports.now() + STATUS_EVERY_MS;
      this.status();
    }
    this.isEnding = true;
    await this.recovery;
    await this.tick(true);
    this.listener?.end();
    // Whoever comes next knows only that nobody listened.
    if (this.coverage.isLost) this.write(this.coverage.regain(this.ports.now()));
    await this.flush();
    await this.counters.tell();
    await this.sealSegment();
    await this.saveMark();
    this.status();
    const over = new AbortController();
    const last = sleep(ENDS_WITHIN_MS, undefined, { signal: over.signal }).catch(() => undefined);
    sending.abort();
    await Promise.race([sent, last]);
    for (let wait: number | null = 0; wait === 0; )
      wait = await Promise.race([this.sender.step(), last.then(() => null)]);
    over.abort();
    this.sender.giveUp();
    await this.journal.close();
    if (this.journal.segments > 0)
      ports.log(`${this.journal.segments} segments stay in ${options.spool} for the next start`);
  }

  /** What the process before had told, and that nobody listened since. */
  private takeUp(mark: Mark | null): void {
    if (this.journal.tornBytes > 0)
      this.ports.log(`${this.journal.tornBytes} bytes in the spool were torn: what they told lies in the gap since`);
    if (mark === null) return this.lose(this.coverage.until, 'the agent had not begun');
    this.write(this.coverage.complete(mark.completeUntil));
    this.lose(mark.completeUntil, 'the agent did not run');
  }

  private listen(): void {
    const { ports, options } = this;
    this.isListening = false;
    const listener = new Listener(options.conntrack, options.bufferBytes, options.spool, {
      events: (lines) => this.take(lines),
      listening: () => {
        this.isListening = true;
        this.restarts = 0;
        this.queue = null;
        // What began before is in the table, which the recovery reads.
        this.cleanAt = ports.now();
        this.soundFrom = this.cleanAt;
      },
      lost: () => {
        this.counts.overruns++;
        // Where the kernel says how much it dropped, that is asked: a warning comes once, and the loss goes on.
        if (!this.knowsQueue) this.lose(this.cleanAt, OVERRUN);
      },
      ended: (said) => {
        if (this.isEnding) return;
        this.isListening = false;
        this.listener = null;
        this.lose(this.cleanAt, 'conntrack -E had ended');
        const wait = RESTART_MS[Math.min(this.restarts++, RESTART_MS.length - 1)] as number;
        ports.log(`conntrack -E ended: ${said}; it is started again in ${wait / 1_000} s`);
        setTimeout(() => (this.isEnding ? undefined : this.listen()), wait);
      },
    });
    this.listener = listener;
  }

  private take(lines: Buffer): void {
    this.newestAt = timeOfLast(lines) ?? this.newestAt;
    if (this.begun !== null) addNewIds(lines, this.begun);
    this.gather(lines);
    if (this.gathered.bytes >= GATHERED_BYTES) void this.flush();
    if (this.waitingBytes > MOST_WAITING_BYTES) this.listener?.hold();
  }

  private gather(bytes: Uint8Array): void {
    if (this.gathered.add(bytes)) return;
    void this.flush();
    this.gathered.add(bytes);
  }

  /** Gathered lines go to the journal, in order. */
  private async flush(): Promise<void> {
    if (this.gathered.bytes === 0) return;
    const { bytes, giveBack } = this.gathered.take();
    const lines = linesIn(bytes);
    this.counts.events += lines;
    this.look(bytes);
    if (this.isFull || !(await this.append(bytes)).ok) this.counts.dropped += lines;
    giveBack();
  }

  private async append(piece: Uint8Array): Promise<Result<null, string>> {
    this.waitingBytes += piece.length;
    const kept = await this.journal.append(piece);
    this.waitingBytes -= piece.length;
    if (this.waitingBytes < MOST_WAITING_BYTES / 4) this.listener?.release();
    if (!kept.ok) {
      if (!this.isFull) this.ports.log(`${kept.problem}: events are dropped until there is room`);
      this.isFull = true;
      // Whatever was said to be complete is in the journal; what came since may not be.
      this.lose(this.coverage.until, kept.problem);
    } else this.segmentAt ??= this.ports.now();
    return kept;
  }

  /** Behind what was read so far. */
  private write(text: string): void {
    if (text !== '') this.gather(Buffer.from(text));
  }

  private lose(from: Instant, why: string): void {
    this.losses++;
    this.soundFrom = null;
    this.coverage.lose(from, why);
  }

  private async tick(syncs: boolean): Promise<void> {
    const before = this.cleanAt;
    const wasIdle = (!this.knowsQueue || this.queue?.waitingBytes === 0) && this.listener?.wasHeld === false;
    const asked = this.ports.now();
    await this.askKernel(asked);
    const isCaughtUp = (await this.listener?.isCaughtUp()) ?? null;
    if (this.listener !== null) this.listener.wasHeld = false;
    await this.flush();
    if (this.coverage.isLost && this.recovery === null && (await this.mayRecover()))
      this.recovery = this.recover().finally(() => {
        this.recovery = null;
      });
    // Where that cannot be known: nothing waited in the kernel when it was asked the last time, and nothing was held back since.
    const idleAt = isCaughtUp === true ? asked : isCaughtUp === null && wasIdle ? before : null;
    const told = this.coverage.isLost ? this.newestAt : (idleAt ?? this.newestAt);
    if (told !== null && this.isListening) {
      const until = Math.min(told, this.cleanAt);
      if (this.completeUntil === null || until > this.completeUntil) this.completeUntil = instant(until);
    }
    const { segmentAt } = this;
    const now = this.ports.now();
    const isOld = segmentAt !== null && now - segmentAt >= this.options.sendEveryMs;
    const isQuiet = now - this.coverage.until >= Math.max(this.options.sendEveryMs, IDLE_BEAT_MS);
    const isLarge = this.journal.openBytes >= SEGMENT_BYTES;
    if ((isLarge && this.isSealing) || (syncs && (isLarge || isOld || isQuiet))) await this.sealSegment();
    if (syncs) await this.saveMark();
  }

  /** Asks what was lost and what waits. */
  private async askKernel(asked: Instant): Promise<void> {
    const { listener } = this;
    if (listener === null || !this.isListening) return;
    const queue = await listener.queue();
    const count = setting('nf_conntrack_count');
    // Of a listener that is new the kernel dropped nothing yet.
    const dropped = (queue?.drops ?? 0) - (queue === null ? 0 : (this.queue?.drops ?? 0));
    this.counts.kernelDropped += dropped;
    if (dropped > 0) this.lose(this.cleanAt, OVERRUN);
    else this.soundFrom ??= asked;
    if (dropped === 0) this.cleanAt = asked;
    this.knowsQueue = queue !== null;
    this.queue = queue;
    this.counts.mostWaiting = Math.max(this.counts.mostWaiting, queue?.waitingBytes ?? 0);
    if (wasFlushed(this.tableCount, count) && this.recovery === null) {
      this.ports.log(`the table fell from ${this.tableCount} to ${count} entries: flushed; it is dumped`);
      this.recovery = this.dump()
        .then(() => undefined)
        .finally(() => {
          this.recovery = null;
        });
    }
    this.tableCount = count;
  }

  /** Reads the table, which has everything that is still open; from the clean moment before it, nothing is missing. */
  private async recover(): Promise<void> {
    if (this.isFull) {
      this.isFull = false;
      this.soundFrom = this.ports.now();
    }
    const { losses, soundFrom } = this;
    if (soundFrom === null || !(await this.dump()) || this.losses !== losses) return;
    this.write(this.coverage.regain(soundFrom));
    this.ports.log(`gap: ${this.coverage.gaps} so far, ${this.coverage.gapMs} ms together; nothing is lost any more`);
  }

  private async dump(): Promise<boolean> {
    const begun = new Set<string>();
    this.begun = begun;
    const dumped = await dumpTable(this.options.conntrack, {
      now: this.ports.now,
      caughtUp: (at) => this.caughtUp(at),
      begun,
      room: this.dumpRoom,
      keep: async (piece, lines) => {
        this.counts.dumped += lines;
        const kept = await this.append(piece);
        if (this.journal.openBytes >= SEGMENT_BYTES && this.isSealing) await this.sealSegment();
        return kept;
      },
    });
    this.begun = null;
    if (dumped.ok) this.counts.dumps++;
    else {
      this.ports.log(`the table could not be dumped: ${dumped.problem}`);
      await sleep(1_000);
    }
    return dumped.ok;
  }

  /** Events are read later than they happened; those up to `at` are when one from then was read, or there is none. */
  private async caughtUp(at: Instant): Promise<void> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const isCaughtUp = await this.listener?.isCaughtUp();
      if (isCaughtUp === true || (this.newestAt !== null && this.newestAt >= at)) return;
      await sleep(CATCH_UP_MS);
    }
  }

  private async mayRecover(): Promise<boolean> {
    if (!this.isListening) return false;
    if (!this.isFull) return this.soundFrom !== null;
    return this.journal.bytes < this.options.spoolBytes * ROOM && (await this.journal.diskRoom()) > DISK_ROOM_BYTES;
  }

  /** The segment says up to where it is complete, and is handed over. */
  private async sealSegment(): Promise<void> {
    const said = this.completeUntil === null ? '' : this.coverage.complete(this.completeUntil);
    if (said !== '' && !this.isFull) await this.append(Buffer.from(said));
    const sealed = await this.journal.seal();
    if (!sealed.ok && this.isSealing) this.ports.log(`${sealed.problem}: it stays open`);
    this.isSealing = sealed.ok;
    if (sealed.ok) this.segmentAt = null;
    this.sender.wake();
  }

  /** Everything that the mark says is on the disk before the mark is. */
  private async saveMark(): Promise<void> {
    const { until, isLost } = this.coverage;
    const complete = isLost || this.completeUntil === null ? until : instant(Math.max(until, this.completeUntil));
    await this.flush();
    const synced = await this.journal.sync();
    if (synced.ok && !this.isFull)
      await this.journal.setMark(renderMark({ saidUntil: until, completeUntil: complete }));
  }

  /** A glance at the first lines of each piece is enough to know whether anything is translated here at all. */
  private look(piece: Buffer): void {
    if (this.counts.translated > 0) return;
    for (const line of piece.toString('latin1', 0, LOOKED_BYTES).split('\n')) {
      const shows = showsTranslation(line);
      if (shows === null) continue;
      this.counts.looked++;
      if (shows) this.counts.translated++;
    }
  }

  private async tellSettings(): Promise<void> {
    const { log } = this.ports;
    const [events, acct, max] = ['nf_conntrack_events', 'nf_conntrack_acct', 'nf_conntrack_max'].map(setting);
    log(
      `nf_conntrack_events=${events ?? '?'} nf_conntrack_acct=${acct ?? '?'} nf_conntrack_max=${max ?? '?'} (read, never set)`,
    );
    if (events === 0) log('nf_conntrack_events is 0: the kernel tells of no connection; set it to 1');
    if (events === 2)
      log(
        'nf_conntrack_events is 2: the ends of connections that began before the agent are not told; set it to 1 to have them',
      );
    const rmem = readKernelFile('/proc/sys/net/core/rmem_default') ?? '';
    const version = await output(this.options.conntrack, ['--version']);
    if (/ v1\.4\.7\b/.test(version) && Number(rmem) < LARGE_BUFFER)
      log(
        `conntrack 1.4.7 gives --buffer-size to another socket than that of its events, which has net.core.rmem_default=${rmem.trim()} bytes: bursts will be lost, and gaps say so; set it to ${LARGE_BUFFER} or more`,
      );
    if (acct === 0) log('nf_conntrack_acct is 0: entries have no packets and bytes; flow logs still tell theirs');
  }

  private status(): void {
    const { counts, coverage, journal, sender } = this;
    const blind = blindness(counts.looked, counts.translated, hasCilium(readKernelFile('/proc/self/net/dev') ?? ''));
    if (blind !== null) this.ports.log(blind);
    this.ports.log(
      statusLine({
        ...counts,
        gaps: coverage.gaps,
        gapMs: coverage.gapMs,
        isLost: coverage.isLost,
        spoolBytes: journal.bytes,
        segments: journal.segments,
        sent: sender.sent,
        sentBytes: sender.sentBytes,
        refused: sender.refused,
        counters: this.counters.counts ?? {},
        rssBytes: process.memoryUsage.rss(),
      }),
    );
    counts.mostWaiting = 0;
  }
}

const OVERRUN = 'the kernel dropped events: conntrack ran out of buffer (ENOBUFS)';
/** An idle node says that it listens, this often. */
const IDLE_BEAT_MS = 30_000;

const setting = (name: string): number | null => {
  const text = readKernelFile(`/proc/sys/net/netfilter/${name}`);
  return text === null ? null : Number(text);
};

const output = (command: string, args: readonly string[]): Promise<string> =>
  new Promise((resolve) => {
    execFile(command, [...args], (_, stdout) => resolve(stdout));
  });

/** Nothing where `conntrack -S` tells nothing, which is most of it. */
const kernelCounts = async (command: string): Promise<KernelCounts | null> => {
  const rising = parseTrackingCounters(await output(command, ['-S']));
  const [entries, max] = [setting('nf_conntrack_count'), setting('nf_conntrack_max')];
  return rising === null
    ? null
    : { ...(entries === null ? {} : { entries }), ...(max === null ? {} : { max }), ...rising };
};
