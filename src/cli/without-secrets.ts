import { redacted } from '../base/redacted.ts';
import type { Value } from './settings.ts';

/** The value as it may be shown. */
export const withoutSecrets = (value: Value): Value =>
  typeof value === 'boolean'
    ? value
    : typeof value === 'string'
      ? redacted(value, '…')
      : value.map((text) => redacted(text, '…'));
