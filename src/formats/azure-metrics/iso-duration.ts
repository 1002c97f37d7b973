import { DAY, HOUR, MINUTE, SECOND } from '../../base/instant.ts';

const DURATION = /^P(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?$/;

/** `PT1M`, as intervals of metrics are written, in milliseconds; 0 where it is none, as `FULL`. */
export const durationMs = (text: string): number => {
  const [, days = 0, hours = 0, minutes = 0, seconds = 0] = DURATION.exec(text) ?? [];
  return Number(days) * DAY + Number(hours) * HOUR + Number(minutes) * MINUTE + Number(seconds) * SECOND;
};
