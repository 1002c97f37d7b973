import { redacted } from '../../base/redacted.ts';
import { isObject, member, textOf } from '../../formats/json/json-value.ts';
import { isOfCredential, isOfNetwork, type Thrown } from './thrown.ts';

export type AzureTroubleKind =
  | 'unreachable'
  | 'absent'
  | 'forbidden'
  | 'refused-credential'
  | 'no-credential'
  | 'throttled'
  /** What was asked for took too long, or too much of what the service has. */
  | 'too-much'
  /** The question itself was not understood. */
  | 'refused'
  | 'failed'
  | 'stopped';

/** What an API of Azure, or the way to it, refused. Its message holds no secret. */
export class AzureTrouble extends Error {
  readonly kind: AzureTroubleKind;
  /** What the service asks to wait; null: it does not say. */
  readonly retryAfterMs: number | null;

  constructor(kind: AzureTroubleKind, message: string, retryAfterMs: number | null = null) {
    super(message);
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
  }
}

export const azureTroubleOf = (error: unknown): AzureTrouble => {
  if (error instanceof AzureTrouble) return error;
  const thrown = error as Thrown;
  const { name = '', message = '', code = '' } = thrown;
  // Of an identity each way that was tried has a line of its own.
  const said = redacted(message.replace(/\s+/g, ' ').slice(0, 500));
  if (isOfCredential(thrown)) return new AzureTrouble('no-credential', said);
  if (name === 'TimeoutError') return new AzureTrouble('unreachable', 'no answer in time');
  return new AzureTrouble(isOfNetwork(thrown, code) ? 'unreachable' : 'failed', said);
};

/** What an answer other than 200 says: `{ "error": { "code", "message", "innererror": { … } } }`. */
export const troubleOfAnswer = (status: number, body: string, retryAfterMs: number | null): AzureTrouble => {
  const codes: string[] = [];
  let said = '';
  // The innermost says what was wrong; the outer ones that something was.
  for (let at = errorIn(body); isObject(at); at = member(at, 'innererror')) {
    codes.push(textOf(member(at, 'code')));
    said = textOf(member(at, 'message')) || said;
  }
  const code = codes.findLast((one) => one !== '') ?? '';
  const labels = [String(status), code].filter((label) => label !== '' && !said.includes(label));
  const sentence = `${said.split('\n')[0]?.slice(0, 400) ?? ''} (${labels.join(' ')})`.trim();
  return new AzureTrouble(kindOf(status, codes), redacted(sentence), retryAfterMs);
};

const errorIn = (body: string): unknown => {
  try {
    return member(JSON.parse(body) as unknown, 'error');
  } catch {
    return undefined;
  }
};

/** https://learn.microsoft.com/azure/azure-monitor/logs/api/errors */
const kindOf = (status: number, codes: readonly string[]): AzureTroubleKind => {
  if (status === 401 || codes.some((code) => /^InvalidAuthentication|^AuthenticationFailed|^ExpiredAuth/.test(code)))
    return 'refused-credential';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'absent';
  if (status === 429) return 'throttled';
  if (status === 408 || status === 504) return 'too-much';
  return status >= 400 && status < 500 ? 'refused' : 'failed';
};
