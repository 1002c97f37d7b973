import { EXIT } from '../../app/errors.ts';
import { allFlows } from '../../core/all-flows.ts';
import { parseDestination } from '../../app/destination.ts';
import { who } from '../../app/who.ts';
import { whyReport } from '../../app/why.ts';
import { instant } from '../../base/instant.ts';
import type { FlowRow, Store } from '../../core/ports.ts';
import { DEFAULT_CLUSTER } from '../../app/ingest.ts';
import type { Context } from '../context.ts';
import type { Given } from '../globals.ts';
import { FOR_EVER } from '../../core/retention.ts';
import { symptomIn } from '../../core/symptom.ts';
import { lent } from '../lent.ts';
import type { Outside } from '../outside.ts';
import { must, refuse, Refused } from '../refused.ts';
import { count } from '../../base/number-text.ts';
import { duration } from '../render/time.ts';
import { visible } from '../render/visible.ts';
import { splitWords } from '../split-words.ts';
import { bringIn, type IngestReport } from './ingest.ts';
import { printWho } from './who.ts';
import { coverageLine } from './who-words.ts';
import { nearTo } from './why.ts';

/** What of the recording a user would have: not the truth beside it. */
const PARTS = ['insights-logs-flowlogflowevent', 'conntrack', 'kube'];

interface Recording {
  readonly destIp: string;
  readonly destPort: number;
  readonly from: string;
  readonly until: string;
}

/** A store of its own, filled with the recorded incident: the story, then a prompt. */
export const runDemo = async (context: Context, given: Given): Promise<number> => {
  const { outside, voice } = context;
  const found = (await outside.incident()) ?? refuse('E401', 'the recorded incident is not there');
  const recording = readRecording(found.run);
  const folder = await outside.temporaryFolder();
  try {
    const store = await outside.openStore(folder.path);
    try {
      const files = await outside.filesAt(PARTS.map((part) => `${found.folder}/${part}`));
      const options = { cluster: null, node: '', at: null, interrupted: () => false };
      const report = await bringIn(store, files, options, context);
      await voice.flush();
      await story(store, recording, report, context);
      const isTyped = outside.stdin.isTTY && outside.stdout.isTTY;
      if (given['exit'] === true || (!isTyped && given['console'] !== true)) return EXIT.done;
      const serving = await showConsole(store, folder.path, recording, context);
      try {
        if (isTyped) return await prompt(store, context);
        await outside.untilAskedToEnd();
        return EXIT.done;
      } finally {
        await serving.close();
      }
    } finally {
      await store.close();
    }
  } finally {
    await folder.remove();
  }
};

const readRecording = (text: string): Recording => {
  const run = JSON.parse(text) as {
    readonly from: string;
    readonly until: string;
    readonly suspicious?: { readonly destIp: string; readonly destPort: number };
  };
  if (run.suspicious === undefined) return refuse('E401', 'the recorded incident has no destination to ask about');
  return { ...run.suspicious, from: run.from, until: run.until };
};

const story = async (
  store: Store,
  { destIp, destPort, from, until }: Recording,
  report: IngestReport,
  context: Context,
): Promise<void> => {
  const { outside, paint, zone } = context;
  const line = (text = ''): Promise<void> => outside.stdout.write(`${text}\n`);
  const command = (text: string): string => paint('identity', text);
  const rows = (format: string): string =>
    count(report.formats.filter((f) => f.format.startsWith(format)).reduce((sum, f) => sum + f.rows, 0));
  const lasted = duration(Date.parse(until) - Date.parse(from));

  await line(
    `A recording of ${lasted} on three nodes: real traffic through the kernel's own NAT, in the files that Azure and the nodes write.`,
  );
  await line(
    `Read: ${rows('vnet-flow-log')} flow log rows, ${rows('conntrack')} conntrack rows, ${rows('kubernetes')} rows of pod and node inventory.`,
  );
  await line(`Attributed: ${coverageLine(report.coverage)}.`);
  await line();
  await line(
    paint('bold', `The firewall reports ${destIp}:${destPort}. It saw node addresses only. Which pod was it?`),
  );
  await line(command(`$ unmasq who ${destIp}`));
  const extent = (await store.extent(DEFAULT_CLUSTER)) ?? { from: instant(0), until: instant(0) };
  const range = { from: extent.from, until: instant(extent.until + 1), chosen: false, notes: [] };
  const asked = must(parseDestination(destIp));
  const dest = asked.kind === 'address' ? asked.destination.dest : [];
  const query = { ...allFlows(DEFAULT_CLUSTER, range), dest };
  const answer = await who(store, { dest: destIp, range, tz: zone.name, query });
  await printWho(answer, { ...context, globals: { ...context.globals, output: 'table' } });
  await line(coverageLine(answer.coverage));
  await line();

  const flows = await store.flows(query);
  const flow = flows.find((row) => row.verdict === 'exact') ?? flows[0];
  if (flow !== undefined) await because(store, flow, context, line, command);
  await line(paint('bold', 'Ask more:'));
  const more = [
    [`unmasq flows --dest ${destIp} -o wide`, 'each connection, with the address and port of the pod'],
    [`unmasq who "connect to ${destIp}:${destPort} failed"`, 'a pasted log line instead of an address'],
    ['unmasq flows --verdict ambiguous', 'what could not be proven, and who it may have been'],
    ['unmasq sources', 'what was read, up to when, and how far the clocks are apart'],
  ];
  for (const [text = '', says = ''] of more) await line(`  ${command(text.padEnd(54))} ${says}`);
  if (!outside.stdin.isTTY) await line('  (`unmasq demo` on a terminal gives a prompt for these)');
};

const because = async (
  store: Store,
  flow: FlowRow,
  { zone }: Context,
  line: (text?: string) => Promise<void>,
  command: (text: string) => string,
): Promise<void> => {
  const evidence = await store.evidence(flow.cluster, flow.flow);
  if (evidence === null) return;
  const why = whyReport(flow.flow, evidence, [], (at) => nearTo(flow.begin, at, zone));
  await line(command(`$ unmasq why ${flow.flow}`));
  await line(`${why.verdict.kind}: ${visible(why.verdict.says)}`);
  for (const fact of why.for.slice(0, 3)) await line(`  ${visible(fact.text)}  (${fact.source})`);
  for (const fact of why.ruledOut.slice(-1)) await line(`  ruled out: ${visible(fact.text)}`);
  await line();
};

/** Where the console of a server is looked for; where somebody is there already, any other place. */
const USUAL_PORT = 7171;

/** The same store in a browser, for as long as the demo lasts. */
const showConsole = async (store: Store, data: string, { destIp }: Recording, { outside, paint }: Context) => {
  const serveAt = (port: number) =>
    outside.serve(
      {
        data,
        host: '127.0.0.1',
        port,
        grpc: null,
        tokenFile: null,
        oidc: null,
        keepsLogText: true,
        symptomIn,
        retention: FOR_EVER,
        timeLimitSeconds: null,
        kubernetes: null,
        blobs: [],
        workspaces: [],
        metrics: [],
        audit: [],
        spec: null,
        measured: [],
        log: () => undefined,
      },
      lent(store),
    );
  const serving = await serveAt(USUAL_PORT).catch((error: unknown) => {
    if (error instanceof Refused) return serveAt(0);
    throw error;
  });
  await outside.stdout.write(
    `\n${paint('bold', 'The same in a browser:')}\n  ${paint('identity', `${serving.url}/`)}\n  ${paint('identity', `${serving.url}/who?v=1&dest=${destIp}`)}\n\n`,
  );
  return serving;
};

/** Further commands against the same store, until the input ends. */
const prompt = async (store: Store, context: Context): Promise<number> => {
  const { outside } = context;
  const { color } = context.globals;
  const env =
    color === 'auto' ? outside.env : { ...outside.env, NO_COLOR: color === 'never' ? '1' : '', FORCE_COLOR: '1' };
  const shared: Outside = { ...outside, env, openStore: lent(store) };
  const { run } = await import('../run.ts');
  await outside.stdout.write('Type a command, with or without `unmasq`; `exit` or Ctrl-D leaves.\n');
  for await (const text of outside.ask('unmasq> ')) {
    const words = splitWords(text);
    if (words[0] === 'unmasq') words.shift();
    if (words[0] === 'exit' || words[0] === 'quit') break;
    if (words[0] === 'demo') await outside.stderr.write('this is the demo already\n');
    else if (words.length > 0) await run(words, shared);
  }
  return EXIT.done;
};
