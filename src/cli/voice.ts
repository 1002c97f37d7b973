import type { Trouble } from '../app/errors.ts';
import type { Sink } from './outside.ts';
import type { Paint } from './render/colour.ts';
import { jsonText, visible } from './render/visible.ts';

/** Everything that is not data, on stderr. Texts are made safe for a terminal here. */
export interface Voice {
  /** Says how a question was understood. Silent with --quiet. */
  note(text: string): void;
  /** More of the same, with --verbose only. */
  detail(text: string): void;
  /** What a user must not miss. */
  warn(text: string): void;
  /** The last line of an answer and at most one next step. Silent with --quiet. */
  summary(text: string, next?: string): void;
  /** One line that is written over; on a terminal only. */
  progress(text: string): void;
  trouble(refused: Trouble, asJson: boolean): void;
  /** What a debugger wants, as it is. */
  raw(text: string): void;
  /** Waits until all of it is written. */
  flush(): Promise<void>;
}

export interface VoiceOptions {
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly paint: Paint;
}

const CLEAR_LINE = '\r\u001b[2K';

export const voiceOn = (sink: Sink, { quiet, verbose, paint }: VoiceOptions): Voice => {
  let written: Promise<void> = Promise.resolve();
  let overwrites = false;
  const write = (text: string): void => {
    written = written.then(() => sink.write(text));
  };
  const line = (text: string): void => {
    write(`${overwrites ? CLEAR_LINE : ''}${text}\n`);
    overwrites = false;
  };
  const note = (text: string): void => (quiet ? undefined : line(paint('dim', visible(text))));
  return {
    note,
    detail: (text) => (verbose ? note(text) : undefined),
    warn: (text) => line(`${paint('warning', 'warning:')} ${visible(text)}`),
    summary: (text, next) => {
      if (quiet) return;
      line(visible(text));
      if (next !== undefined) line(`${paint('dim', 'next:')} ${paint('identity', visible(next))}`);
    },
    progress: (text) => {
      if (quiet || !sink.isTTY) return;
      const whole = visible(text);
      write(`${CLEAR_LINE}${paint('dim', whole.slice(0, Math.max(20, (sink.columns ?? 80) - 1)))}`);
      overwrites = true;
    },
    trouble: ({ code, what, why, fix }, asJson) => {
      if (asJson) return line(jsonText({ error: { code, message: what, why, fix } }));
      line(`${paint('failure', 'error:')} ${visible(what)} ${paint('dim', `[${code}]`)}`);
      if (why !== null) line(`  ${paint('dim', 'why')}  ${visible(why)}`);
      line(`  ${paint('dim', 'fix')}  ${visible(fix)}`);
    },
    raw: (text) => line(text),
    flush: async () => {
      if (overwrites) write(CLEAR_LINE);
      overwrites = false;
      await written;
    },
  };
};
