import { setTimeout as sleep } from 'node:timers/promises';
import type { Journal } from '../journal/journal.ts';
import { outcomeOf, waitMs } from './delivery.ts';
import { post } from './post.ts';

export interface SenderOptions {
  readonly server: URL;
  readonly node: string;
  /** null: the server's default. */
  readonly cluster: string | null;
  /** Asked before each request: the file may have been replaced. */
  readonly token: () => Promise<string | null>;
  readonly random: () => number;
  readonly log: (line: string) => void;
}

const ANSWER_WITHIN_MS = 60_000;

/** Hands the journal's segments over, oldest first, each until it is acknowledged. */
export class Sender {
  sent = 0;
  sentBytes = 0;
  refused = 0;
  failures = 0;
  private readonly journal: Journal;
  private readonly options: SenderOptions;
  private readonly over = new AbortController();
  private wakeUp: () => void = () => undefined;

  constructor(journal: Journal, options: SenderOptions) {
    this.journal = journal;
    this.options = options;
  }

  /** There is something new. */
  wake(): void {
    this.wakeUp();
  }

  /** No answer is waited for any more. */
  giveUp(): void {
    this.over.abort();
  }

  /** Goes on until `signal`; what is under way then is tried to its end. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const wait = await this.step();
      if (signal.aborted) break;
      await (wait === null ? this.idle(signal) : sleep(wait, undefined, { signal }).catch(() => undefined));
    }
  }

  /** One segment. Gives how long to wait before the next; 0: none, null: until there is one. */
  async step(): Promise<number | null> {
    const { journal, options } = this;
    const segment = await journal.oldest((id) => options.log(`segment ${id} was spoilt on the disk: left out`));
    if (segment === null) return null;
    const { status, retryAfter, said } = await this.post(segment.id, segment.bytes);
    const outcome = outcomeOf(status);
    if (outcome === 'again') {
      // Once, and then at each doubling: an outage of a day is no log of a day.
      if ((this.failures & (this.failures - 1)) === 0)
        options.log(`not handed over (${this.failures + 1} times): ${said}`);
      return waitMs(this.failures++, options.random(), retryAfter);
    }
    if (this.failures > 0) options.log(`handing over again, after ${this.failures} failures`);
    this.failures = 0;
    await journal.remove(segment.id);
    if (outcome === 'refused') {
      this.refused++;
      options.log(`segment ${segment.id} was refused and is given up: ${said}`);
      return 0;
    }
    this.sent++;
    this.sentBytes += segment.bytes.length;
    return 0;
  }

  private async post(
    id: string,
    bytes: Uint8Array,
  ): Promise<{ readonly status: number; readonly retryAfter: number | null; readonly said: string }> {
    const { server, node, cluster } = this.options;
    const url = new URL('api/v1/objects', server);
    url.searchParams.set('name', nameOf(node, id));
    url.searchParams.set('node', node);
    if (cluster !== null) url.searchParams.set('cluster', cluster);
    const until = AbortSignal.any([AbortSignal.timeout(ANSWER_WITHIN_MS), this.over.signal]);
    try {
      const { status, retryAfter, body } = await post(url, await this.options.token(), bytes, until);
      return { status, retryAfter, said: `${status} ${titleIn(body)}`.trim() };
    } catch (error) {
      return { status: 0, retryAfter: null, said: (error as Error).message || 'no answer' };
    }
  }

  private idle(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.wakeUp = resolve;
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}

/** `conntrack/NODE/START/NUMBER.txt`: the same whenever the segment is sent. */
export const nameOf = (node: string, id: string): string => `conntrack/${node}/${id.replace('-', '/')}.txt`;

const titleIn = (body: string): string => {
  try {
    const { title, detail } = JSON.parse(body) as { readonly title?: string; readonly detail?: string | null };
    return [title, detail].filter((text) => typeof text === 'string').join(': ');
  } catch {
    return body.slice(0, 200);
  }
};
