import { parseEndpoint } from '../../app/address.ts';
import { EXIT } from '../../app/errors.ts';
import type { Context } from '../context.ts';
import type { ServeAsked } from '../outside.ts';
import { textOf, wholeNumber } from '../flag-values.ts';
import type { Given, Globals } from '../globals.ts';
import { refuse } from '../refused.ts';

type ServeGlobals = Pick<Globals, 'data' | 'cluster' | 'kubeconfig'>;

/** What the settings ask for. Throws `Refused` for a value that means nothing. */
export const serveAsked = (globals: ServeGlobals, given: Given): Omit<ServeAsked, 'log'> => {
  const { host, port } = listenOf(textOf(given, 'listen') ?? '');
  return {
    dataDir: globals.data,
    host,
    port,
    tokenFile: textOf(given, 'tokenFile'),
    timeLimitSeconds: wholeNumber(given, 'timeLimit', '--time-limit'),
    kubernetes: kubernetesAsked(globals, given),
  };
};

const kubernetesAsked = ({ kubeconfig, cluster }: ServeGlobals, given: Given): ServeAsked['kubernetes'] => {
  const context = textOf(given, 'kubeContext');
  if (given['kubernetes'] === true) return { kubeconfig, context, cluster };
  for (const [flag, value] of Object.entries({ kubeconfig, 'kube-context': context, cluster }))
    if (value !== null) refuse('E104', `--${flag} has no meaning without --kubernetes`);
  return null;
};

export const runServe = async ({ outside, globals, voice }: Context, given: Given): Promise<number> => {
  const serving = await outside.serve({ ...serveAsked(globals, given), log: (line) => voice.note(line) });
  voice.summary(`listening on ${serving.url}`, `curl ${serving.url}/readyz`);
  await outside.untilAskedToEnd();
  voice.note('ending: what was begun is done first');
  await serving.close();
  return EXIT.done;
};

/** `HOST:PORT`, where HOST is an address or localhost. */
const listenOf = (text: string): { readonly host: string; readonly port: number } => {
  const endpoint = parseEndpoint(text.replace(/^localhost(?=:\d+$)/, '127.0.0.1'));
  if (endpoint === undefined || endpoint.port === null)
    return refuse('E105', `--listen ${text}: expected HOST:PORT`, {
      fix: 'Write 127.0.0.1:7171, [::1]:7171 or 0.0.0.0:7171.',
    });
  return { host: endpoint.ip, port: endpoint.port };
};
