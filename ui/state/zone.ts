/** The zone of this browser's user: `local`, `utc` or an IANA name. An address that names one counts before it. */
const PLACE = 'unmasq.zone';

export const savedZone = (): string => localStorage.getItem(PLACE) ?? 'local';

export const saveZone = (zone: string): void => localStorage.setItem(PLACE, zone);

export const isZone = (name: string): boolean => {
  try {
    return Intl.DateTimeFormat('en-US', { timeZone: name }).format(0) !== '';
  } catch {
    return false;
  }
};
