import type { Value } from './settings.ts';

/** A URL may carry what opens it: a password, a signature. */
const hidden = (text: string): string =>
  text
    .replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@\s]*@/i, '$1…@')
    .replace(/([?&](?:sig|signature|token|key|password|secret)=)[^&\s]*/gi, '$1…')
    .replace(/((?:AccountKey|SharedAccessSignature)=)[^;\s]*/gi, '$1…');

/** The value as it may be shown. */
export const withoutSecrets = (value: Value): Value =>
  typeof value === 'string' ? hidden(value) : Array.isArray(value) ? value.map(hidden) : value;
