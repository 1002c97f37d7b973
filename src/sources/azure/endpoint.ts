import { fail, ok, type Result } from '../../base/result.ts';

/** Where Azure's public cloud answers queries of logs, and everything about its resources. */
export const PUBLIC_LOGS = 'https://api.loganalytics.io';
export const PUBLIC_RESOURCES = 'https://management.azure.com';

/** An API of Azure by its address alone, without what may stand behind it. */
export const parseEndpoint = (text: string): Result<string, string> => {
  if (!URL.canParse(text)) return fail('it is no URL');
  const { protocol, origin, pathname, search, username } = new URL(text);
  if (protocol !== 'https:') return fail('expected https: a token is shown there');
  return pathname === '/' && search === '' && username === ''
    ? ok(origin)
    : fail(`expected an address alone, such as ${PUBLIC_LOGS}`);
};

/** What a token for it is made out to. The newer name for logs in the public cloud has the audience of the older one. */
export const scopeOf = (endpoint: string): string =>
  `${endpoint === 'https://api.loganalytics.azure.com' ? PUBLIC_LOGS : endpoint}/.default`;
