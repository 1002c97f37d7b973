import { EXIT } from '../../app/errors.ts';
import { type Instant, parseInstant } from '../../base/instant.ts';
import type { Context } from '../context.ts';
import { textOf, texts, wholeNumber } from '../flag-values.ts';
import { type Given, oneOf } from '../globals.ts';
import { refuse } from '../refused.ts';
import { count, percent, plural } from '../../base/number-text.ts';
import { DEFAULT_NODES, DEGREES, SIMULATED_SOURCES, SIMULATED_TRAFFIC, type Simulation } from '../simulation.ts';

export const runSimulate = async ({ outside, voice }: Context, given: Given): Promise<number> => {
  const folder = textOf(given, 'out') ?? refuse('E103', '--out DIR is required');
  const made = await outside.simulate(folder, simulationOf(given), ({ share, connections }) =>
    voice.progress(`simulating: ${percent(share, 1)}  ${plural(connections, 'connection')}`),
  );
  const parts = [
    plural(made.truth, 'connection'),
    ...(made.records === null ? [] : [plural(made.records, 'flow record')]),
    ...(made.lines === null ? [] : [`${count(made.lines)} lines of conntrack`]),
  ];
  voice.note(`${plural(made.nodes, 'node')}, ${plural(made.pods, 'pod')}, ${made.from} to ${made.until}`);
  voice.note(`${folder}/truth.jsonl says who truly made each connection, ${folder}/run.json what was written`);
  const quoted = (path: string): string =>
    /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
  const [store, truth] = [quoted(`${folder}.store`), quoted(`${folder}/truth.jsonl`)];
  const sources = made.folders.map((name) => quoted(`${folder}/${name}`)).join(' ');
  voice.summary(
    parts.join(', '),
    `unmasq ingest --data ${store} ${sources} && unmasq evaluate --data ${store} --truth ${truth}`,
  );
  return EXIT.done;
};

const simulationOf = (given: Given): Simulation => {
  const whole = (name: string, flag: string, most: number): number | undefined => {
    const value = wholeNumber(given, name, flag) ?? undefined;
    return value !== undefined && value > most ? refuse('E105', `${flag} ${value}: at most ${count(most)}`) : value;
  };
  const start = textOf(given, 'start');
  const nodes = whole('nodes', '--nodes', 16_000);
  const traces = share(given, 'traces', '--traces');
  const traceLocalPort = share(given, 'traceLocalPort', '--trace-local-port');
  if (traceLocalPort !== undefined && (traces ?? 0) === 0)
    refuse('E103', '--trace-local-port is about traces: --traces SHARE is required');
  const traceNamesOnly = share(given, 'traceNamesOnly', '--trace-names-only');
  if (traceNamesOnly !== undefined && (traces ?? 0) === 0)
    refuse('E103', '--trace-names-only is about traces: --traces SHARE is required');
  return defined({
    seed: whole('seed', '--seed', 999_999_999),
    startMs: start === null ? undefined : startOf(start),
    hours: amount(given, 'hours', '--hours', { least: 0.01, most: 24 * 366 }),
    nodes,
    podsPerNode: whole('podsPerNode', '--pods-per-node', 200),
    flows: whole('flows', '--flows', 999_999_999),
    without: sourcesOf(given),
    flowLogAheadMs: amount(given, 'flowLogAhead', '--flow-log-ahead', { least: -3_600_000, most: 3_600_000 }),
    skewMs: skewsOf(given, nodes ?? DEFAULT_NODES),
    skewSpreadMs: amount(given, 'skewSpread', '--skew-spread', { least: 0, most: 3_600_000 }),
    loseConntrack: share(given, 'loseConntrack', '--lose-conntrack'),
    loseRecords: share(given, 'loseRecords', '--lose-records'),
    late: share(given, 'late', '--late'),
    ipReuse: word(given, 'ipReuse', '--ip-reuse', DEGREES),
    portReuse: word(given, 'portReuse', '--port-reuse', DEGREES),
    ipv6: share(given, 'ipv6', '--ipv6'),
    traffic: word(given, 'traffic', '--traffic', SIMULATED_TRAFFIC),
    odd: given['odd'] === true ? true : undefined,
    traces,
    traceLocalPort,
    traceNamesOnly,
    trafficAnalytics: given['trafficAnalytics'] === true ? true : undefined,
    updates: given['updates'] === false ? false : undefined,
  });
};

type Optional<Values> = { readonly [Name in keyof Values]: Values[Name] | undefined };

const defined = (values: Optional<Required<Simulation>>): Simulation =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

const startOf = (text: string): Instant => {
  const read = parseInstant(text);
  return read.ok ? read.value : refuse('E106', `--start: ${read.problem}`);
};

const sourcesOf = (given: Given): Simulation['without'] =>
  texts(given, 'without')
    .flatMap((text) => text.split(','))
    .map((word) => oneOf('--without', word.trim().toLowerCase(), SIMULATED_SOURCES));

const amount = (
  given: Given,
  name: string,
  flag: string,
  { least, most }: { readonly least: number; readonly most: number },
): number | undefined => {
  const text = textOf(given, name);
  if (text === null) return undefined;
  const value = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most
    ? value
    : refuse('E105', `${flag} ${text}: expected a number from ${least} to ${most}`);
};

const share = (given: Given, name: string, flag: string): number | undefined =>
  amount(given, name, flag, { least: 0, most: 1 });

const word = <Word extends string>(
  given: Given,
  name: string,
  flag: string,
  words: readonly Word[],
): Word | undefined => {
  const text = textOf(given, name);
  return text === null ? undefined : oneOf(flag, text, words);
};

/** `--skew node3=-1000`. */
const skewsOf = (given: Given, nodes: number): Simulation['skewMs'] =>
  Object.fromEntries(
    texts(given, 'skew').map((text) => {
      const [, number, ms] = /^node([1-9]\d{0,4})=(-?\d{1,7})$/.exec(text) ?? [];
      if (number === undefined)
        return refuse('E105', `--skew ${text}: expected a node and milliseconds, such as node3=-1000`);
      if (Number(number) > nodes) return refuse('E105', `--skew ${text}: the cluster has ${plural(nodes, 'node')}`);
      return [`node${number}`, Number(ms)];
    }),
  );
