import { join } from 'node:path';
import { isServerUrl, isWorkspaceUrl } from '../base/store-place.ts';
import { homeOf } from './home-of.ts';
import { refuse } from './refused.ts';
import type { When } from './render/colour.ts';

export const OUTPUTS = ['table', 'wide', 'json', 'jsonl', 'csv', 'yaml'] as const;
export type Output = (typeof OUTPUTS)[number];
/** What some commands print beside these; a command says which (`alsoPrints`). */
export type OwnOutput = 'sarif' | 'markdown' | 'diff';

interface GlobalFlag {
  readonly flags: string;
  readonly says: string;
  readonly repeats?: true;
  /** Why no command honours it yet. */
  readonly notYet?: string;
}

/** The flags that every command knows, and honours or refuses. */
export const GLOBAL_FLAGS = {
  output: { flags: '-o, --output <format>', says: `${OUTPUTS.join('|')} (default table)` },
  since: {
    flags: '--since <time>',
    says: 'from: 15m, 03:00, "yesterday 03:00", RFC 3339, epoch; see `unmasq help time`',
  },
  until: { flags: '--until <time>', says: 'up to, not including' },
  at: { flags: '--at <time>', says: 'one moment, five minutes around it' },
  tz: { flags: '--tz <zone>', says: 'IANA name, utc or local (default: local on a terminal, else utc)' },
  cluster: { flags: '--cluster <name>', says: 'which cluster, where the store holds several' },
  namespace: {
    flags: '-n, --namespace <name>',
    says: 'only workloads of this namespace; repeat for several',
    repeats: true,
  },
  allNamespaces: { flags: '-A, --all-namespaces', says: 'every namespace (the default)' },
  data: { flags: '--data <dir>', says: 'the embedded store (default $XDG_DATA_HOME/unmasq, or ~/.local/share/unmasq)' },
  redact: {
    flags: '--redact',
    says: 'pseudonyms for all names, addresses, ids and texts of logs; UNMASQ_REDACT_KEY: the same ones each time',
  },
  strict: { flags: '--strict', says: 'exit 5 when the answer is incomplete' },
  color: { flags: '--color <when>', says: 'auto, always or never (default auto; NO_COLOR is honoured)' },
  noColor: { flags: '--no-color', says: 'the same as --color never' },
  quiet: { flags: '-q, --quiet', says: 'no notes, progress and summary on stderr' },
  verbose: { flags: '-v, --verbose', says: 'say more on stderr' },
  debug: { flags: '--debug', says: 'stack traces with errors' },
  store: {
    flags: '--store <url>',
    says: 'a ClickHouse server as the store: https://HOST[:PORT][/DATABASE], of a cluster https://HOST,HOST/DATABASE?cluster=NAME (UNMASQ_STORE); UNMASQ_STORE_USER, UNMASQ_STORE_PASSWORD, UNMASQ_STORE_CA; who, flows and trace: also a Log Analytics workspace, la://ID',
  },
  server: { flags: '--server <url>', says: 'ask the `unmasq serve` there; UNMASQ_TOKEN is the token for it' },
  selector: {
    flags: '-l, --selector <labels>',
    says: 'only pods with these labels',
    notYet: 'the store keeps no labels in this version',
  },
  context: { flags: '--context <name>', says: 'of the kubeconfig (default: its current one)' },
  kubeconfig: {
    flags: '--kubeconfig <file>',
    says: 'to reach the cluster (default: KUBECONFIG, ~/.kube/config, or the cluster that unmasq runs in)',
  },
} as const satisfies Record<string, GlobalFlag>;

export type GlobalName = keyof typeof GLOBAL_FLAGS;
/** In the order of help. */
export const GLOBALS = Object.entries(GLOBAL_FLAGS) as readonly (readonly [GlobalName, GlobalFlag])[];

/** What every command honours. */
export const ALWAYS: readonly GlobalName[] = ['color', 'noColor', 'quiet', 'verbose', 'debug'];

export interface Globals {
  readonly output: Output;
  /** Asked for in the place of `output`; null: none of them. */
  readonly ownOutput: OwnOutput | null;
  readonly since: string | null;
  readonly until: string | null;
  readonly at: string | null;
  readonly tz: string | null;
  readonly cluster: string | null;
  readonly namespaces: readonly string[];
  /** Where the store is: a folder, the URL of a ClickHouse server, or that of a Log Analytics workspace. */
  readonly data: string;
  /** An `unmasq serve` that is asked; null: the store itself is. */
  readonly server: string | null;
  /** null: where kubectl looks. */
  readonly kubeconfig: string | null;
  /** Of the kubeconfig; null: its current one. */
  readonly context: string | null;
  readonly strict: boolean;
  readonly color: When;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly debug: boolean;
}

export type Given = Readonly<Partial<Record<string, unknown>>>;

/** The globals as given, once the command is known: what it cannot honour is refused. */
export const readGlobals = (
  given: Given,
  env: Readonly<Record<string, string | undefined>>,
  command: string,
  honours: readonly GlobalName[],
  alsoPrints: readonly OwnOutput[] = [],
): Globals => {
  for (const [name, flag] of GLOBALS) {
    const value = given[name === 'noColor' ? 'color' : name];
    const isGiven =
      name === 'noColor' ? value === false : name === 'color' ? typeof value === 'string' : value !== undefined;
    if (!isGiven) continue;
    const long = flag.flags.match(/--[a-z-]+/)?.[0] ?? flag.flags;
    if (flag.notYet !== undefined) refuse('E104', `${long} cannot be honoured`, { why: flag.notYet });
    if (!ALWAYS.includes(name) && !honours.includes(name))
      refuse('E104', `${long} has no meaning for \`unmasq ${command}\``);
  }
  if (given['redact'] === true && given['server'] !== undefined)
    refuse('E105', '--redact is done where the store is, and --server asks elsewhere', {
      fix: 'Ask with --data or --store.',
    });
  if (given['server'] !== undefined && given['data'] !== undefined)
    refuse('E105', '--server and --data contradict each other: the one asks elsewhere, the other a folder here');
  if (given['store'] !== undefined && (given['data'] !== undefined || given['server'] !== undefined))
    refuse('E105', `--store and --${given['data'] === undefined ? 'server' : 'data'} contradict each other`, {
      fix: 'Give one of them: --store a ClickHouse server, --data a folder here, --server an `unmasq serve`.',
    });
  const text = (name: GlobalName): string | null => {
    const value = given[name];
    return typeof value === 'string' ? value : null;
  };
  const output = text('output') ?? 'table';
  const ownOutput = alsoPrints.find((own) => own === output) ?? null;
  const color = given['color'] === false ? 'never' : (text('color') ?? 'auto');
  return {
    output: ownOutput === null ? (oneOf('--output', output, [...OUTPUTS, ...alsoPrints]) as Output) : 'table',
    ownOutput,
    since: text('since'),
    until: text('until'),
    at: text('at'),
    tz: text('tz'),
    cluster: text('cluster'),
    namespaces: given['allNamespaces'] === true ? [] : ((given['namespace'] as readonly string[] | undefined) ?? []),
    data: serverGiven(given, env, command, honours) ?? folderGiven(text('data')) ?? defaultData(env),
    server: text('server'),
    kubeconfig: text('kubeconfig'),
    context: text('context'),
    strict: given['strict'] === true,
    color: oneOf('--color', color, ['auto', 'always', 'never'] as const),
    quiet: given['quiet'] === true,
    verbose: given['verbose'] === true,
    debug: given['debug'] === true,
  };
};

export const oneOf = <Value extends string>(flag: string, given: string, values: readonly Value[]): Value =>
  values.find((value) => value === given) ?? refuse('E105', `${flag} ${given}: expected ${values.join(', ')}`);

const folderGiven = (data: string | null): string | null => {
  if (data === '')
    return refuse('E105', '--data: the name of the folder is empty', { fix: 'Give a folder, or leave --data away.' });
  if (data !== null && isServerUrl(data))
    return refuse('E105', '--data: expected a folder', { fix: 'Give a ClickHouse server with --store URL.' });
  return data;
};

/** A ClickHouse server that the command line names, or else the environment where the command line names no other place. */
const serverGiven = (
  given: Given,
  env: Readonly<Record<string, string | undefined>>,
  command: string,
  honours: readonly GlobalName[],
): string | null => {
  const named = given['store'] as string | undefined;
  const isElsewhere = given['data'] !== undefined || given['server'] !== undefined || !honours.includes('store');
  const url = named ?? (isElsewhere ? '' : (env['UNMASQ_STORE'] ?? ''));
  if (url === '' && named === undefined) return null;
  if (isWorkspaceUrl(url))
    return OF_WORKSPACES.has(command)
      ? url
      : refuse('E860', `a Log Analytics workspace cannot be asked \`unmasq ${command}\``);
  if (!isServerUrl(url))
    return refuse('E105', `--store ${url}: expected the URL of a ClickHouse server`, {
      fix: 'Write https://HOST[:PORT][/DATABASE], or la://ID of a Log Analytics workspace; a folder is given with --data.',
    });
  return url;
};

/** What a workspace answers in the place of a store. */
const OF_WORKSPACES: ReadonlySet<string> = new Set(['who', 'flows', 'trace']);

/** https://specifications.freedesktop.org/basedir-spec/latest/ : a relative path there counts as none. */
const defaultData = (env: Readonly<Record<string, string | undefined>>): string => {
  const base = env['XDG_DATA_HOME'];
  return join(base?.startsWith('/') === true ? base : join(homeOf(env), '.local', 'share'), 'unmasq');
};
