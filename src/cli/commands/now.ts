import { parseDestination } from '../../app/destination.ts';
import { EXIT } from '../../app/errors.ts';
import { allFlows } from '../../core/all-flows.ts';
import { DEFAULT_CLUSTER, ingest, type IngestStore } from '../../app/ingest.ts';
import { whoNow } from '../../app/now.ts';
import { parseDuration } from '../../app/parse-time.ts';
import { resolveRange } from '../../app/time-range.ts';
import { MINUTE, SECOND } from '../../base/instant.ts';
import { isNamespace } from '../../base/namespaces.ts';
import type { Store, TakeIn } from '../../core/ports.ts';
import { type Context, withStoreAt } from '../context.ts';
import { textOf, texts, verdicts } from '../flag-values.ts';
import type { Given } from '../globals.ts';
import type { LookAsked, Looked } from '../outside.ts';
import { must, Refused, refuse } from '../refused.ts';
import { plural } from '../../base/number-text.ts';
import { range as renderRange } from '../render/time.ts';
import { destinationOf, printWho } from './who.ts';
import { coverageLine } from './who-words.ts';
import { exitOf } from '../exit-of.ts';

/** Looks through the nodes into a store of its own, and answers as `who` does. */
export const runNow = async (context: Context, words: readonly string[], given: Given): Promise<number> => {
  const { globals, outside, voice, zone } = context;
  const asked = lookAsked(context, given);
  const narrowed = { verdicts: verdicts(given), namespaces: globals.namespaces };
  const destination = await destinationOf(
    must(parseDestination(words.join(' '))),
    given['resolveNow'] === true,
    context,
  );
  for (const note of destination.notes) voice.note(note);
  if (destination.at !== null) voice.note('the time in what was pasted is not asked about: this looks at what is now');
  const stop = new AbortController();
  void outside.untilAskedToEnd().then(() => stop.abort());
  const folder = await outside.temporaryFolder();
  try {
    return await withStoreAt(folder.path, context, async (store) => {
      const began = outside.now();
      const looked = await outside.lookAtNodes(asked, takeInto(store), stop.signal).catch((error: unknown) => {
        if (error instanceof Refused && stop.signal.aborted) return null;
        throw error;
      });
      if (looked === null) {
        voice.note('stopped before any node was looked at');
        return EXIT.interrupted;
      }
      voice.progress('attributing');
      await store.attribute(DEFAULT_CLUSTER, outside.now());
      await store.grade(DEFAULT_CLUSTER);
      tell(looked, asked, context);
      if (!looked.nodes.some(({ isHeard }) => isHeard) && !stop.signal.aborted) return nobodyHeard(looked);
      const extent = await store.extent(DEFAULT_CLUSTER);
      const range = must(
        resolveRange(
          { since: null, until: null, at: null },
          outside.now(),
          zone,
          extent ?? { from: began, until: outside.now() },
        ),
      );
      voice.note(
        `looked from ${renderRange(began, outside.now(), zone)}; connections that were open then may have begun before`,
      );
      const { text, dest, destPorts, srcIps, srcPorts, protocols } = destination;
      const query = { ...allFlows(DEFAULT_CLUSTER, range), dest, destPorts, srcIps, srcPorts, protocols, ...narrowed };
      const report = await whoNow(store, { dest: text, range, tz: zone.name, query }, looked.nodes);
      await printWho(report, context);
      for (const reason of report.completeness.reasons) voice.warn(reason);
      voice.summary(coverageLine(report.coverage));
      if (stop.signal.aborted) return EXIT.interrupted;
      return exitOf(globals, { isWhole: report.completeness.complete });
    });
  } finally {
    await folder.remove();
  }
};

const LONGEST_MS = 10 * MINUTE;

const lookAsked = ({ globals, voice }: Context, given: Given): LookAsked => {
  const text = textOf(given, 'for') ?? '60s';
  const forMs = parseDuration(text);
  if (forMs === null || forMs < SECOND || forMs > LONGEST_MS)
    return refuse('E105', `--for ${text}: expected a time from 1s to 10m`, {
      fix: 'To listen for longer, and all the time, install the agent: docs/guide/agent.md.',
    });
  const namespace = textOf(given, 'podNamespace') ?? 'kube-system';
  if (!isNamespace(namespace)) refuse('E105', `--pod-namespace ${namespace}: expected the name of a namespace`);
  const nodes = texts(given, 'node');
  const isOfAllNodes = given['allNodes'] === true;
  if (isOfAllNodes && nodes.length > 0) refuse('E105', '--node and --all-nodes contradict each other');
  return {
    kubeconfig: globals.kubeconfig,
    context: globals.context,
    namespace,
    image: textOf(given, 'image') ?? IMAGE,
    forSeconds: Math.ceil(forMs / SECOND),
    nodes,
    isOfAllNodes,
    progress: (line) => voice.progress(line),
    log: (line) => voice.note(line),
  };
};

/** Every AKS cluster reaches both its registry and its packages, also one whose egress is restricted. */
export const IMAGE = 'mcr.microsoft.com/azurelinux/base/core:3.0';

/** Several objects are read at a time, and written one after another. */
const takeInto = (store: Store): TakeIn => {
  let writing: Promise<unknown> = Promise.resolve();
  const inTurn: IngestStore = {
    writeRows: store.writeRows,
    write: (batches) => {
      const written = writing.then(() => store.write(batches));
      writing = written.catch(() => undefined);
      return written;
    },
    keepCursors: (cluster, cursors) => store.keepCursors(cluster, cursors),
  };
  return async (objects, { node, at }) => {
    const options = { cluster: DEFAULT_CLUSTER, node, at, interrupted: () => false, progress: () => undefined };
    return must(await ingest(objects, inTurn, options)).objects;
  };
};

const tell = ({ nodes, left, selector }: Looked, { namespace }: LookAsked, { voice }: Context): void => {
  const heard = nodes.filter(({ isHeard }) => isHeard).length;
  voice.note(`${heard} of ${plural(nodes.length, 'node')} looked at`);
  if (left.length > 0)
    voice.warn(
      `${plural(left.length, 'pod')} could not be deleted (${left.join(', ')}): they end by themselves; kubectl delete pods -n ${namespace} -l ${selector}`,
    );
};

const nobodyHeard = ({ nodes }: Looked): never =>
  refuse('E845', 'no node could be looked at', {
    why: nodes.length === 0 ? 'the cluster has none' : nodes.map(({ node, why }) => `${node}: ${why ?? ''}`).join('; '),
  });
