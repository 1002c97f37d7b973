import { isIP } from 'node:net';
import { fail, ok, type Result } from '../../base/result.ts';

/** A place in blob storage, as a user names it by its URL. */
export interface ContainerUrl {
  readonly account: string;
  /** The blob service of the account: `https://ACCOUNT.blob.core.windows.net`. */
  readonly service: string;
  readonly container: string;
  /** How the names begin that are meant; empty for all. */
  readonly prefix: string;
  /** The SAS that the URL carried, without its question mark; empty where it had none. Never part of a name or a message. */
  readonly sas: string;
}

const CONTAINER = /^(?:\$root|[a-z0-9](?:-?[a-z0-9]){2,62})$/;

/** A refusal repeats nothing of what it was given: there may be a secret in it. */
export const parseContainerUrl = (text: string): Result<ContainerUrl, string> => {
  if (!URL.canParse(text)) return fail('it is no URL');
  const url = new URL(text);
  const isHere = isLoopback(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isHere))
    return fail('expected https: anything else would show what is read, and the SAS, to the network');
  if (url.username !== '' || url.password !== '') return fail('it holds a user name or a password');
  if (url.hash !== '') return fail('it holds a #');
  const sas = url.search.slice(1);
  if (sas !== '' && !url.searchParams.has('sig')) return fail('what stands behind ? is no SAS: it has no sig=');
  const steps = stepsOf(url.pathname);
  if (steps === null) return fail('its path is not well encoded');
  // An address has no room for the account's name: it is the first step of the path, as in Azurite.
  const isByPath = isHere || isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0;
  const account = isByPath ? (steps.shift() ?? '') : (url.hostname.split('.')[0] ?? '');
  const container = steps.shift() ?? '';
  if (account === '' || !CONTAINER.test(container))
    return fail('expected https://ACCOUNT.blob.core.windows.net/CONTAINER, with a prefix of names behind it or none');
  const service = isByPath ? `${url.origin}/${account}` : url.origin;
  return ok({ account, service, container, prefix: steps.join('/'), sas });
};

/** As it may be shown, stored and compared: without the secret. */
export const containerName = ({ service, container }: ContainerUrl): string => `${service}/${container}`;

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || (isIP(host) === 4 && host.startsWith('127.'));

const stepsOf = (path: string): string[] | null => {
  try {
    return decodeURIComponent(path).slice(1).split('/');
  } catch {
    return null;
  }
};
