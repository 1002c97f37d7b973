/** What gives access: the signature of a SAS, the key of an account, a token, a user's password in a URL. What stands before it stays. */
const SECRETS: readonly RegExp[] = [
  /((?:[?&;\s"'(]|%3F|%26|^)sig(?:=|%3D))[^&;\s"')]+/gi,
  /([?&](?:signature|token|key|password|secret)=)[^&\s"')]+/gi,
  /((?:AccountKey|SharedAccessSignature)=)[^;\s"')]+/gi,
  /(\bBearer\s+)[\w.~+/=-]{8,}/gi,
  /(\b[a-z][a-z0-9+.-]*:\/\/)[^/@\s"']+(?=@)/gi,
];

/** The text without what gives access. `mark` stands in its place. */
export const redacted = (text: string, mark = 'REDACTED'): string =>
  SECRETS.reduce((clean, secret) => clean.replace(secret, `$1${mark}`), text);
