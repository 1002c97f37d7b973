import { expect, test } from 'vitest';
import { redacted } from './redacted.ts';

test.each<[string, string]>([
  [
    'https://a.blob.core.windows.net/c?sv=1&sig=a%2Fb%3D&se=2',
    'https://a.blob.core.windows.net/c?sv=1&sig=REDACTED&se=2',
  ],
  ['sv=1&se=2&SIG=abc', 'sv=1&se=2&SIG=REDACTED'],
  ['sig=abc', 'sig=REDACTED'],
  ['"?sig=abc" was given', '"?sig=REDACTED" was given'],
  ['to=https%3A%2F%2Fx%3Fsv%3D1%26sig%3Dabc', 'to=https%3A%2F%2Fx%3Fsv%3D1%26sig%3DREDACTED'],
  ['AccountName=a;AccountKey=ab+/12==;EndpointSuffix=x', 'AccountName=a;AccountKey=REDACTED;EndpointSuffix=x'],
  ['Authorization: Bearer eyJhbGciOi.J9', 'Authorization: Bearer REDACTED'],
  ['asked https://user:pass@host/a?token=abc&x=1', 'asked https://REDACTED@host/a?token=REDACTED&x=1'],
  ['https://host/a@b and ann@example.com', 'https://host/a@b and ann@example.com'],
  ['design=1 and a signal', 'design=1 and a signal'],
])('%s is shown as %s', (text, shown) => {
  expect(redacted(text)).toBe(shown);
});
