/** What the libraries of Azure and Node throw. */
export interface Thrown {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
}

const NETWORK =
  /^(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|REQUEST_SEND_ERROR)$|CERT|^ERR_TLS|SSL/;
const CREDENTIAL =
  /^(?:CredentialUnavailableError|AggregateAuthenticationError|AuthenticationError|AuthenticationRequiredError)$/;

/** Nobody answered, or not to the end. */
export const isOfNetwork = ({ name, message = '' }: Thrown, code: string): boolean =>
  NETWORK.test(code) || name === 'TimeoutError' || /\b(?:ENOTFOUND|ECONNREFUSED)\b/.test(message);

/** Nobody is there who could ask. */
export const isOfCredential = ({ name = '' }: Thrown): boolean => CREDENTIAL.test(name);
