import { EXIT } from '../../app/errors.ts';
import type { Context } from '../context.ts';
import { textOf, wholeNumber } from '../flag-values.ts';
import type { Given } from '../globals.ts';
import { refuse } from '../refused.ts';

const SPOOL = '/var/lib/unmasq-agent';

export const runAgentHere = async ({ outside, globals, voice }: Context, given: Given): Promise<number> => {
  const { server } = globals;
  if (server === null)
    return refuse('E103', 'the agent is not told which server to tell', { fix: 'Give --server URL.' });
  const node = textOf(given, 'node') ?? '';
  if (!/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/.test(node))
    return refuse('E105', `--node ${node === '' ? 'is missing' : node}: expected the name of a Kubernetes node`, {
      fix: 'Give --node NAME; in a DaemonSet spec.nodeName by the downward API.',
    });
  await outside.listen({
    server,
    node,
    cluster: globals.cluster,
    tokenFile: textOf(given, 'tokenFile'),
    spool: textOf(given, 'spool') ?? SPOOL,
    spoolMib: wholeNumber(given, 'spoolSize', '--spool-size'),
    bufferMib: wholeNumber(given, 'bufferSize', '--buffer-size'),
    sendEverySeconds: wholeNumber(given, 'sendEvery', '--send-every'),
    log: (line) => voice.note(line),
  });
  return EXIT.done;
};
