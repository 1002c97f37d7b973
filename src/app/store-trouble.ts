import { type ErrorCode, type Trouble, trouble } from './errors.ts';

/** A failure of the store that its user can do something about, under the code that the command line knows; null: it is none. */
export const storeTrouble = (error: unknown): Trouble | null => {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  const known = typeof code === 'string' ? STORE_TROUBLES[code] : undefined;
  return known === undefined ? null : trouble(known, String(message));
};

const STORE_TROUBLES: Readonly<Record<string, ErrorCode>> = {
  E_STORE_BUSY: 'E301',
  E_STORE_ENGINE: 'E302',
  E_STORE_SETTING: 'E303',
  E_STORE_FOLDER: 'E304',
  E_STORE_NEWER: 'E305',
  E_STORE_UNREACHABLE: 'E307',
  E_STORE_LOGIN: 'E308',
  E_STORE_OLD: 'E309',
  E_STORE_GRANT: 'E310',
  E_BACKUP_PLACE: 'E311',
  E_BACKUP: 'E312',
  E_NOT_EMPTY: 'E313',
  E_STORE_CLUSTER: 'E317',
};
