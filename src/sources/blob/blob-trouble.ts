import { redacted } from '../../base/redacted.ts';
import { isOfCredential, isOfNetwork, type Thrown as AnyThrown } from '../azure/thrown.ts';

export type BlobTroubleKind =
  | 'unreachable'
  | 'absent'
  | 'forbidden'
  | 'network-rules'
  | 'refused-credential'
  | 'no-credential'
  | 'changed'
  | 'too-wide'
  | 'stopped'
  | 'other';

/** What storage, or the way to it, refused. Its message holds no secret. */
export class BlobTrouble extends Error {
  readonly kind: BlobTroubleKind;
  /** What storage asks to wait; null: it does not say. */
  readonly retryAfterMs: number | null;

  constructor(kind: BlobTroubleKind, message: string, retryAfterMs: number | null = null) {
    super(message);
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
  }
}

/** As the SDK and Node throw them. */
interface Thrown extends AnyThrown {
  readonly statusCode?: number;
  readonly details?: { readonly errorCode?: string; readonly authenticationErrorDetail?: string };
  readonly response?: { readonly headers?: { get(name: string): string | undefined } };
}

/** https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes */
const KINDS: Readonly<Record<string, BlobTroubleKind>> = {
  ContainerNotFound: 'absent',
  ContainerBeingDeleted: 'absent',
  BlobNotFound: 'absent',
  ResourceNotFound: 'absent',
  AuthorizationPermissionMismatch: 'forbidden',
  InsufficientAccountPermissions: 'forbidden',
  AuthorizationResourceTypeMismatch: 'forbidden',
  AuthorizationServiceMismatch: 'forbidden',
  KeyBasedAuthenticationNotPermitted: 'forbidden',
  AuthorizationFailure: 'network-rules',
  AuthorizationSourceIPMismatch: 'network-rules',
  AuthenticationFailed: 'refused-credential',
  InvalidAuthenticationInfo: 'refused-credential',
  NoAuthenticationInformation: 'refused-credential',
  AuthorizationProtocolMismatch: 'refused-credential',
  PublicAccessNotPermitted: 'refused-credential',
  ConditionNotMet: 'changed',
  InvalidRange: 'changed',
};

export const blobTroubleOf = (error: unknown): BlobTrouble => {
  if (error instanceof BlobTrouble) return error;
  const thrown = error as Thrown;
  const code = thrown.details?.errorCode ?? thrown.code ?? '';
  const said = sentenceOf(thrown, code);
  const wait = Number(thrown.response?.headers?.get('retry-after'));
  return new BlobTrouble(kindOf(thrown, code), said, wait > 0 ? wait * 1_000 : null);
};

const kindOf = (thrown: Thrown, code: string): BlobTroubleKind => {
  const { message = '', statusCode } = thrown;
  if (isOfCredential(thrown)) return 'no-credential';
  // The emulator has one code for two refusals.
  if (code === 'AuthorizationFailure' && message.includes('failed to authenticate')) return 'refused-credential';
  const known = KINDS[code];
  if (known !== undefined) return known;
  if (statusCode === 412 || statusCode === 416) return 'changed';
  if (statusCode === 404) return 'absent';
  if (statusCode === 401) return 'refused-credential';
  if (statusCode === 403) return 'forbidden';
  return isOfNetwork(thrown, code) ? 'unreachable' : 'other';
};

const SENTENCES: Readonly<Record<string, string>> = {
  BlobArchived: 'it is in the archive tier: rehydrate it first',
  BlobNotFound: 'it is gone since it was listed',
  // What the SDK says instead quotes the answer.
  PARSE_ERROR: 'the answer was not whole, or is none of storage',
};

/** The first sentence: behind it stand request ids and times. */
const sentenceOf = (thrown: Thrown, code: string): string => {
  const { name, message = '', statusCode, details } = thrown;
  const own = SENTENCES[code];
  if (own !== undefined) return own;
  if (name === 'TimeoutError') return 'no answer in time';
  // In mid-body; whoever is asked to end says so before.
  if (name === 'AbortError') return 'the answer broke off';
  // Of an identity each way that was tried has a line of its own.
  if (isOfCredential(thrown)) return redacted(message.replace(/\s+/g, ' ').slice(0, 500));
  const first = (details?.authenticationErrorDetail ?? message).split('\n')[0] ?? '';
  const labels = [statusCode, code].filter(
    (label) => label !== undefined && label !== '' && !first.includes(`${label}`),
  );
  return redacted(`${first}${labels.length === 0 ? '' : ` (${labels.join(' ')})`}`);
};
