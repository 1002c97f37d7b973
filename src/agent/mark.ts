import { EARLIEST, type Instant, instant, LATEST } from '../base/instant.ts';

/** How far a process came, for the next one. */
export interface Mark {
  /** Up to here its lines say what is complete and what is a gap. */
  readonly saidUntil: Instant;
  /** Up to here it was complete, and all of it is on the disk: the next one may say so. */
  readonly completeUntil: Instant;
}

export const renderMark = ({ saidUntil, completeUntil }: Mark): string => `${saidUntil} ${completeUntil}\n`;

/** null: there is none, or it is none. */
export const parseMark = (text: string | null): Mark | null => {
  const [, said, complete] = /^(\d{12,14}) (\d{12,14})\n$/.exec(text ?? '') ?? [];
  const times = [Number(said), Number(complete)] as const;
  const isGood = times.every((ms) => ms >= EARLIEST && ms < LATEST) && times[0] <= times[1];
  return isGood ? { saidUntil: instant(times[0]), completeUntil: instant(times[1]) } : null;
};
