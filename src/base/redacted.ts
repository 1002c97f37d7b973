/** What gives access: the signature of a SAS, the key of an account. */
const SECRETS: readonly RegExp[] = [
  /((?:[?&;\s"'(]|%3F|%26|^)sig(?:=|%3D))[^&;\s"')]+/gi,
  /(AccountKey=)[A-Za-z0-9+/=%]+/gi,
  /(\bBearer\s+)[\w.~+/=-]{8,}/gi,
];

/** The text without what gives access to storage. */
export const redacted = (text: string): string =>
  SECRETS.reduce((clean, secret) => clean.replace(secret, '$1REDACTED'), text);
