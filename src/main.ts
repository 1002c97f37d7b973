import { createHmac, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join, resolve as absolute } from 'node:path';
import { isatty } from 'node:tty';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';
import { EXIT, trouble } from './app/errors.ts';
import { storeTrouble } from './app/store-trouble.ts';
import { instant } from './base/instant.ts';
import { redacted } from './base/redacted.ts';
import { ok } from './base/result.ts';
import { isServerUrl } from './base/store-place.ts';
import type { ConfigurationAt, LookAsked, Outside, ServeAsked, ServerAt, Sink, WorkspaceAsked } from './cli/outside.ts';
import { lent } from './cli/lent.ts';
import { Refused } from './cli/refused.ts';
import { attempt, run } from './cli/run.ts';
import type { PostedFile } from './contract/questions.ts';
import type { Collector, Store } from './core/ports.ts';
import type { Token } from './server/admission.ts';
import type { ThreadAsked, ThreadSaid } from './server/command-thread.ts';
import type { Asker, Listener, Served } from './server/serve.ts';
import type { Workspace } from './sources/log-analytics/workspace.ts';
import type { ContainerUrl } from './sources/blob/container-url.ts';

/** The composition root: the one file that knows every adapter, the clock, the environment and the arguments. */

// Whoever lists the processes of this machine is told no secret.
const [, , ...given] = process.argv;
if (isMainThread && given.some((word) => redacted(word) !== word))
  process.title = redacted(['unmasq', ...given].join(' '));

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const sinkOn = (stream: NodeJS.WriteStream, fd: 1 | 2): Sink => ({
  isTTY: isatty(fd),
  get columns() {
    // A terminal that does not know its size says 0.
    return isatty(fd) && stream.columns > 0 ? stream.columns : null;
  },
  write: (text) =>
    new Promise((resolve) => {
      stream.write(text, () => resolve());
    }),
});

/** Whatever is said about what was given, what gives access is not said. */
const withoutSecrets = (sink: Sink): Sink => ({
  isTTY: sink.isTTY,
  get columns() {
    return sink.columns;
  },
  write: (text) => sink.write(redacted(text)),
});

const FOLDER_PROBLEMS: ReadonlySet<string> = new Set([
  'EACCES',
  'EPERM',
  'EROFS',
  'EEXIST',
  'ENOTDIR',
  'ENOSPC',
  'ENAMETOOLONG',
]);

/**
 * Makes the folder and those above it, one at a time: the system's own recursion never ends below a file system that answers "not there"
 * to making a folder (/proc), and says that of a read-only one too.
 */
const makeFolder = (path: string): void => {
  try {
    if (statSync(path).isDirectory()) return;
    throw Object.assign(new Error('it is a file, not a folder'), { code: 'ENOTDIR' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  if (dirname(path) !== path) makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Another process may have been quicker.
    if (code === 'EEXIST') return;
    throw code === 'ENOENT' ? Object.assign(new Error('no folder can be made there'), { code: 'EPERM' }) : error;
  }
};

const openStore: Outside['openStore'] = (data) =>
  orRefused(() => (isServerUrl(data) ? openOnServer(data) : openInFolder(data)));

const orRefused = async <Value>(work: () => Promise<Value>): Promise<Value> => {
  try {
    return await work();
  } catch (error) {
    const known = storeTrouble(error);
    throw known === null ? error : new Refused(known);
  }
};

const openInFolder: Outside['openStore'] = async (dataDir) => {
  // The engine takes its time to load: help and mistakes do not wait for it.
  const { openStore: open } = await import('./store/open-store.ts');
  return inFolder(dataDir, () => open({ dataDir }));
};

/** What the folder does not allow is said of the folder. */
const inFolder = async <Value>(dataDir: string, work: () => Promise<Value>): Promise<Value> => {
  try {
    makeFolder(absolute(dataDir));
    return await work();
  } catch (error) {
    const { code, message } = error as { readonly code?: string; readonly message: string };
    if (code === 'MODULE_NOT_FOUND')
      throw new Refused(trouble('E302', 'the embedded engine cannot be loaded', { why: message.split('\n')[0] ?? '' }));
    if (code !== undefined && FOLDER_PROBLEMS.has(code)) {
      throw new Refused(trouble('E304', `the data folder ${dataDir} cannot be used`, { why: message }));
    }
    throw error;
  }
};

const backUp: Outside['backUp'] = ({ data, to, progress }) =>
  orRefused(async () => {
    const { backUp: take } = await import('./store/backup/back-up.ts');
    const { version } = outside;
    return inFolder(data, () => take({ dataDir: data, to, version, now: outside.now(), progress }));
  });

const purge: Outside['purge'] = ({ data, asked, isDry, progress }) =>
  orRefused(async () => {
    const { purge: take } = await import('./store/purge/purge.ts');
    const random = (): string => randomBytes(16).toString('hex');
    return inFolder(data, () => take(asked, isDry, { dataDir: data, random, progress }));
  });

const compact: Outside['compact'] = ({ data, retention, progress }) =>
  orRefused(async () => {
    const [{ compact: work }, { ClockLeapt }] = await Promise.all([
      import('./store/compact.ts'),
      import('./core/retention.ts'),
    ]);
    try {
      return await inFolder(data, () => work({ dataDir: data, retention, now: outside.now(), progress }));
    } catch (error) {
      throw error instanceof ClockLeapt ? new Refused(trouble('E316', error.message)) : error;
    }
  });

const restore: Outside['restore'] = ({ from, data, progress }) =>
  orRefused(async () => {
    const { restore: put } = await import('./store/backup/restore.ts');
    const work = (): ReturnType<Outside['restore']> => put({ from, dataDir: data, progress });
    return data === null ? work() : inFolder(dirname(absolute(data)), work);
  });

/** The user, the password and whom to trust stand in the environment, where no list of processes shows them, or the former two in the URL. */
const openOnServer: Outside['openStore'] = async (url) => {
  const [{ openServerStore }, { parseServerAt }] = await Promise.all([
    import('./store/open-store.ts'),
    import('./store/server-at.ts'),
  ]);
  const said = (name: string): string | null => process.env[`UNMASQ_STORE_${name}`] || null;
  const file = said('CA');
  const ca = file === null ? null : await readFile(file, 'utf8').catch((error: Error) => error);
  if (ca instanceof Error)
    throw new Refused(trouble('E105', `UNMASQ_STORE_CA: ${file} cannot be read`, { why: ca.message }));
  const at = parseServerAt(url, { user: said('USER'), password: said('PASSWORD'), ca });
  if (!at.ok) throw new Refused(trouble('E105', `--store: ${at.problem}`));
  return openServerStore(at.value, { nonce: randomBytes(16).toString('hex'), elapsedMs: () => performance.now() });
};

let isStopping = false;
let stopsItself = false;
process.on('SIGINT', () => {
  if (!stopsItself || isStopping) process.exit(EXIT.interrupted);
  isStopping = true;
});

const temporaryFolder: Outside['temporaryFolder'] = async () => {
  const path = await mkdtemp(join(tmpdir(), 'unmasq-'));
  // Ctrl-C ends the process where it stands; the folder goes with it.
  process.once('exit', () => rmSync(path, { recursive: true, force: true }));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
};

/** Stands in a folder while files are generated into it. */
const GENERATING = '.unmasq-generate.lock';

const holdFolder: Outside['holdFolder'] = async (path) => {
  const [{ lock }, { dropUnfinished }] = await Promise.all([
    import('./store/lock.ts'),
    import('./sources/files/files-together.ts'),
  ]);
  makeFolder(absolute(path));
  try {
    const letGo = lock(path, GENERATING);
    await dropUnfinished(path);
    return letGo;
  } catch (error) {
    const { code, message } = error as { readonly code?: string; readonly message: string };
    throw code === 'E_STORE_BUSY' ? new Refused(trouble('E529', message)) : error;
  }
};

const simulateInto: Outside['simulate'] = async (folder, asked, progress) => {
  const { simulate } = await import('../simulator/simulate.ts');
  const { DEFAULTS } = await import('../simulator/parameters.ts');
  const { isEmpty } = await import('../simulator/run-folder.ts');
  try {
    makeFolder(absolute(folder));
    if (!isEmpty(folder)) throw new Refused(trouble('E402', `${folder} is not empty`));
    const made = await simulate(folder, { ...DEFAULTS, ...asked }, async (done) => {
      progress(done);
      // Ctrl-C and the line of progress have their turn.
      await new Promise(setImmediate);
    });
    const { nodes, counts, flowLog, conntrack, folders, from, until } = made;
    const { pods, truth } = counts;
    return {
      nodes: nodes.length,
      pods,
      truth,
      records: flowLog?.records ?? null,
      lines: conntrack?.lines ?? null,
      folders,
      from,
      until,
    };
  } catch (error) {
    const { code, message } = error as { readonly code?: string; readonly message: string };
    if (code === undefined || !FOLDER_PROBLEMS.has(code)) throw error;
    throw new Refused(trouble('E403', `the run cannot be written to ${folder}`, { why: message }));
  }
};

/** Where whoever finds the folder taken learns which server has it. */
const serverFile = (dataDir: string): string => join(absolute(dataDir), 'server.json');

const announce = (dataDir: string, server: ServerAt): (() => void) => {
  // Whoever asks a ClickHouse server asks beside others.
  if (isServerUrl(dataDir)) return () => undefined;
  const path = serverFile(dataDir);
  writeFileSync(path, JSON.stringify(server), { mode: 0o600 });
  return () => rmSync(path, { force: true });
};

const sinkTo = (columns: number | null, write: Sink['write']): Sink => ({ isTTY: columns !== null, columns, write });

/** As a command has it that a server runs. */
const withoutStore = ({ terminal, out, err }: Listener, files: Asker['files']): Outside => ({
  ...outside,
  ...(files === null ? {} : postedFiles(files)),
  env: {},
  stdout: sinkTo(terminal.columns, out),
  stderr: sinkTo(terminal.errColumns, err),
  stdin: { isTTY: false, stream: () => Readable.from([]) },
});

/** A command that a server runs has the store that is open and what the request says; of this machine it has the files that the server was given. */
const outsideOf = (store: Store, collectors: readonly Collector[], to: Listener, files: Asker['files']): Outside => ({
  ...withoutStore(to, files),
  openStore: lent(store),
  holdsStore: async () => true,
  checkCollectors: async () => {
    const late = AbortSignal.timeout(CHECK_WITHIN_MS);
    return Promise.all(collectors.flatMap((one) => (one.check === undefined ? [] : [one.check(late)])));
  },
});

/** Of files that came with a question the command finds these, and nothing of the disk: none of their names becomes a path. */
const postedFiles = (files: readonly PostedFile[]): Pick<Outside, 'configurationAt' | 'readText' | 'filesAt'> => {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  return {
    configurationAt: async () => {
      const { postedConfiguration } = await import('./sources/configuration/posted-configuration.ts');
      return { found: postedConfiguration(files), ...(await configurationMeans()) };
    },
    // None of their names is absolute: what is, the command knows by itself (the prices that were kept).
    readText: async (path) => {
      const text = texts.get(path);
      if (text !== undefined) return text;
      if (isAbsolute(path)) return outside.readText(path);
      throw Object.assign(new Error(`${path} did not come along`), { code: 'ENOENT' });
    },
    filesAt: async () => ({ objects: [], skipped: [] }),
  };
};

/** Whoever asks wants to know now, and a source that cannot say it by then is in trouble. */
const CHECK_WITHIN_MS = 10_000;

/** null: none are given. */
const tokensOf = async ({
  host,
  grpc,
  oidc,
  tokenFile,
}: Pick<ServeAsked, 'host' | 'grpc' | 'oidc' | 'tokenFile'>): Promise<readonly Token[] | null> => {
  const { isLoopback, parseTokens } = await import('./server/admission.ts');
  const reached = [host, grpc?.host ?? host].find((one) => !isLoopback(one));
  // What verifies their tokens is loaded where there is an issuer.
  if (oidc !== null && !(await import('./server/oidc.ts')).isIssuer(oidc.issuer))
    throw new Refused(trouble('E105', `--oidc-issuer ${oidc.issuer}: expected a URL of https`));
  if (tokenFile === null && oidc === null && reached !== undefined)
    throw new Refused(trouble('E602', `${reached} can be reached by others, and no --token-file is given`));
  const text = tokenFile === null ? null : await readFile(tokenFile, 'utf8').catch((error: Error) => error);
  if (text instanceof Error) throw new Refused(trouble('E603', `${tokenFile} cannot be read`, { why: text.message }));
  const tokens = text === null ? null : parseTokens(text);
  if (tokens !== null && !tokens.ok)
    throw new Refused(trouble('E603', `${tokenFile} is not understood`, { why: tokens.problem }));
  return tokens?.value ?? null;
};

/** The containers that are to be read, by their URLs alone: nothing is asked of storage. */
const containersOf = async ({ blobs }: Pick<ServeAsked, 'blobs'>): Promise<readonly ContainerUrl[]> => {
  const urls: ContainerUrl[] = [];
  for (const { url } of blobs) urls.push(await containerAt(url, '--blobs: the URL of a container is not understood'));
  return urls;
};

const containerAt = async (text: string, what: string): Promise<ContainerUrl> => {
  const { parseContainerUrl } = await import('./sources/blob/container-url.ts');
  const url = parseContainerUrl(text);
  if (url.ok) return url.value;
  throw new Refused(trouble('E801', what, { why: url.problem }));
};

/** `urls`: of each of the blobs that are asked for. */
const containerCollectors = async (
  store: Store,
  { blobs, log }: ServeAsked,
  urls: readonly ContainerUrl[],
): Promise<readonly Collector[]> => {
  if (blobs.length === 0) return [];
  const { BlobCollector } = await import('./sources/blob/blob-collector.ts');
  const { storageTrouble } = await import('./app/storage-trouble.ts');
  const world = { env: process.env, now: () => outside.now(), random: () => Math.random(), log };
  return blobs.map(({ cluster, everyMs, since }, i) => {
    const url = urls[i] as ContainerUrl;
    return new BlobCollector({
      ...world,
      url,
      cluster,
      everyMs,
      since,
      cursors: (source, span) => store.cursors(cluster, source, span),
      reads: (name) => store.workers.reads(name),
      explain: ({ kind, message }) => storageTrouble(kind, message, url),
    });
  });
};

/** The workspaces that are to be read, by their ids alone: nothing is asked of Azure. */
const workspacesOf = async ({
  workspaces,
}: Pick<ServeAsked, 'workspaces'>): Promise<readonly { readonly id: string; readonly endpoint: string }[]> => {
  const places: { readonly id: string; readonly endpoint: string }[] = [];
  for (const asked of workspaces) places.push(await workspacePlace(asked, '--log-analytics: '));
  return places;
};

const workspacePlace = async (
  asked: Pick<WorkspaceAsked, 'workspace' | 'endpoint'>,
  flag = '',
): Promise<{ readonly id: string; readonly endpoint: string }> => {
  const { parseWorkspaceId } = await import('./sources/log-analytics/workspace-id.ts');
  const { parseEndpoint, PUBLIC_LOGS } = await import('./sources/azure/endpoint.ts');
  const endpoint = parseEndpoint(asked.endpoint ?? PUBLIC_LOGS);
  if (!endpoint.ok)
    throw new Refused(trouble('E105', `--log-analytics-endpoint ${asked.endpoint}: ${endpoint.problem}`));
  const id = parseWorkspaceId(asked.workspace);
  if (id.ok) return { id: id.value, endpoint: endpoint.value };
  throw new Refused(trouble('E821', `${flag}the workspace is not understood`, { why: id.problem }));
};

/** `places`: of each of the workspaces that are asked for. */
const workspaceCollectors = async (
  store: Store,
  { workspaces, log }: ServeAsked,
  places: readonly { readonly id: string; readonly endpoint: string }[],
): Promise<readonly Collector[]> => {
  if (workspaces.length === 0) return [];
  const { LogAnalyticsCollector } = await import('./sources/log-analytics/log-analytics-collector.ts');
  const { workspaceTrouble } = await import('./app/workspace-trouble.ts');
  const { pause } = await import('./sources/pause.ts');
  const world = { credential: null, now: () => outside.now(), random: () => Math.random(), pause, log };
  return workspaces.map(({ cluster, tables, everyMs, since }, i) => {
    const { id, endpoint } = places[i] as { readonly id: string; readonly endpoint: string };
    return new LogAnalyticsCollector({
      ...world,
      id,
      endpoint,
      cluster,
      tables,
      everyMs,
      since,
      cursors: (source, span) => store.cursors(cluster, source, span),
      explain: ({ kind, message }) => workspaceTrouble(kind, message, id),
    });
  });
};

/** Resources whose metrics are to be read, by their ids alone: nothing is asked of Azure. */
const metricsCollectors = async (
  store: Pick<Store, 'cursors'>,
  { metrics, log }: Pick<ServeAsked, 'metrics' | 'log'>,
): Promise<readonly Collector[]> => {
  if (metrics.length === 0) return [];
  const { MetricsCollector } = await import('./sources/azure-metrics/metrics-collector.ts');
  const { parseMetricResource } = await import('./sources/azure-metrics/metric-groups.ts');
  const { parseEndpoint, PUBLIC_RESOURCES } = await import('./sources/azure/endpoint.ts');
  const { metricsTrouble } = await import('./app/metrics-trouble.ts');
  const { pause } = await import('./sources/pause.ts');
  const world = { credential: null, now: () => outside.now(), random: () => Math.random(), pause, log };
  return metrics.map(({ cluster, everyMs, since, ...asked }) => {
    const endpoint = parseEndpoint(asked.endpoint ?? PUBLIC_RESOURCES);
    if (!endpoint.ok) throw new Refused(trouble('E105', `--metrics-endpoint ${asked.endpoint}: ${endpoint.problem}`));
    const resource = parseMetricResource(asked.resource);
    if (!resource.ok)
      throw new Refused(trouble('E831', '--metrics: the resource is not understood', { why: resource.problem }));
    return new MetricsCollector({
      ...world,
      resource: resource.value,
      endpoint: endpoint.value,
      cluster,
      everyMs,
      since,
      cursors: (source, span) => store.cursors(cluster, source, span),
      explain: ({ kind, message }) => metricsTrouble(kind, message, asked.resource),
    });
  });
};

/** The way to a cluster's API. Throws `Refused` where it is not understood. */
const clusterPorts = async (asked: Pick<LookAsked, 'kubeconfig' | 'context'>, log: (line: string) => void) => {
  const { clusterAccess, PLUGIN_WITHIN_MS } = await import('./sources/kubernetes/cluster-access.ts');
  const { pause } = await import('./sources/pause.ts');
  const world = { now: () => outside.now(), env: process.env, withinMs: PLUGIN_WITHIN_MS };
  const access = await clusterAccess(asked, world);
  if (!access.ok) throw new Refused(trouble('E811', access.problem));
  return { access: access.value, now: () => outside.now(), random: () => Math.random(), pause, log };
};

/** The watch of a cluster's API; nothing is asked of it before the server listens. */
const clusterCollectors = async ({
  kubernetes,
  log,
}: Pick<ServeAsked, 'kubernetes' | 'log'>): Promise<readonly Collector[]> => {
  if (kubernetes === null) return [];
  const { kubernetesCollector } = await import('./sources/kubernetes/kubernetes-collector.ts');
  const { TIMING } = await import('./sources/kubernetes/reflector.ts');
  return [kubernetesCollector(await clusterPorts(kubernetes, log), TIMING, kubernetes.cluster)];
};

/** As their commands name them. */
const ownFiles = ({ audit, spec, measured }: ServeAsked): Served['files'] => ({
  audit: audit.length === 0 ? null : { flags: [], words: audit },
  cost: spec === null ? null : { flags: measured.map((path) => `--measured=${path}`), words: [spec] },
});

/** They are read at each question; that they are there is worth knowing before. */
const checkFiles = async ({
  audit,
  spec,
  measured,
}: Pick<ServeAsked, 'audit' | 'spec' | 'measured'>): Promise<void> => {
  const missing = (what: string, path: string) => (error: Error) => {
    throw new Refused(trouble('E861', `${what} ${path} cannot be read`, { why: error.message }));
  };
  for (const path of audit) await stat(path).catch(missing('--audit', path));
  for (const path of measured) await stat(path).catch(missing('--measured', path));
  if (spec !== null) await stat(spec).catch(missing('--spec', spec));
};

const serveFolder: Outside['serve'] = async (asked, open = openStore) => {
  const { data, host, port, grpc, timeLimitSeconds, log } = asked;
  const { renderEndpoint } = await import('./app/address.ts');
  const { LIMITS, serve } = await import('./server/serve.ts');
  const { Admission, tokenOf } = await import('./server/admission.ts');
  const { onThread } = await import('./server/command-thread.ts');
  const { restrictedTo } = await import('./server/restricted-store.ts');
  const { openApi } = await import('./contract/openapi.ts');
  const { readUnpacked } = await import('./sources/files/read-unpacked.ts');
  const { otlpJson } = await import('./sources/otlp/otlp-json.ts');
  const { exportResponse, refusalStatus } = await import('./sources/otlp/otlp-response.ts');
  const tokens = await tokensOf(asked);
  await checkFiles(asked);
  const containers = await containersOf(asked);
  const workspaces = await workspacesOf(asked);
  const watching = await clusterCollectors(asked);
  // Who may read the folder may ask about it.
  const own = tokens === null && asked.oidc === null ? null : randomBytes(24).toString('base64url');
  const { loadConsole } = await import('./server/console-files.ts');
  const built = await loadConsole(here('../build/ui'));
  const store = await open(data);
  try {
    // Others may write to it too: whoever cannot is told here, and not at its first fact.
    if (store.server !== null) {
      await store.workers.stay();
      await store.probe();
    }
    const collectors = [
      ...watching,
      ...(await containerCollectors(store, asked, containers)),
      ...(await workspaceCollectors(store, asked, workspaces)),
      ...(await metricsCollectors(store, asked)),
    ];
    /** What collectors say of themselves is of the whole cluster, and names places. */
    const seenBy = ({ namespaces, gone }: Asker): readonly [Store, readonly Collector[]] => {
      const theirs = store.until(gone);
      return namespaces === null ? [theirs, collectors] : [restrictedTo(theirs, namespaces), []];
    };
    const serving = await serve(
      {
        store,
        files: ownFiles(asked),
        openApi: openApi(outside.version),
        console: built,
        unpack: readUnpacked,
        otlp: { toJson: otlpJson, response: exportResponse, refusal: refusalStatus },
        otlpListener:
          grpc === null
            ? null
            : async (receiver) =>
                (await import('./sources/otlp/grpc-listener.ts')).listenGrpc(
                  renderEndpoint(grpc.host, grpc.port),
                  receiver,
                ),
        collectors,
        keepsLogText: asked.keepsLogText,
        symptomIn: asked.symptomIn,
        retention: asked.retention,
        ask: (words, to, of) =>
          words[0] === 'audit'
            ? onThread(
                new URL(import.meta.url),
                { words, files: of.files, tells: of.tells, terminal: to.terminal },
                to,
                of.gone,
              )
            : (of.tells ? run : attempt)(words, outsideOf(...seenBy(of), to, of.files)),
        now: () => outside.now(),
        log,
      },
      {
        host,
        port,
        admission: new Admission(
          [...(tokens ?? []), ...(own === null ? [] : [tokenOf('read', 'this machine', own)])],
          asked.oidc === null
            ? null
            : (await import('./server/oidc.ts')).oidcVerifier(asked.oidc, () => outside.now(), log),
        ),
        limits: { ...LIMITS, ...(timeLimitSeconds === null ? {} : { seconds: timeLimitSeconds }) },
      },
    ).catch((error: Error) => {
      throw new Refused(trouble('E601', `${host}:${port} cannot be listened on`, { why: error.message }));
    });
    const withdraw = announce(data, {
      url: serving.url.replace('0.0.0.0', '127.0.0.1').replace('[::]', '[::1]'),
      token: own,
    });
    return {
      url: serving.url,
      grpc: serving.grpc,
      close: async () => {
        withdraw();
        await serving.close();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
};

const liveConfigurationOf: Outside['liveConfigurationOf'] = async (id) => {
  const { clusterIn, liveConfiguration } = await import('./sources/configuration/live-configuration.ts');
  const cluster = clusterIn(id);
  if (cluster === null)
    throw new Refused(
      trouble('E105', `--live ${id}: expected the id of a cluster`, {
        fix: 'Take it from `az aks show -g GROUP -n NAME --query id -o tsv`.',
      }),
    );
  const { AzureApi } = await import('./sources/azure/azure-api.ts');
  const { azureIdentity } = await import('./sources/azure/identity.ts');
  const { PUBLIC_RESOURCES, scopeOf } = await import('./sources/azure/endpoint.ts');
  const { pause } = await import('./sources/pause.ts');
  const api = new AzureApi({
    endpoint: PUBLIC_RESOURCES,
    scope: scopeOf(PUBLIC_RESOURCES),
    credential: await azureIdentity(),
    pause,
    random: () => Math.random(),
    stop: new AbortController().signal,
  });
  const found = await liveConfiguration(cluster, (path) =>
    api.ask({ method: 'GET', path, withinMs: 60_000 }, (body) => JSON.parse(new TextDecoder().decode(body)) as unknown),
  );
  return { found, ...(await configurationMeans()) };
};

/** What parses is loaded by whoever audits, and by nobody else. */
const configurationMeans = async (): Promise<Omit<ConfigurationAt, 'found'>> => {
  const { loadProviderTypes } = await import('./sources/terraform/load-provider-types.ts');
  const { configurationReaders } = await import('./sources/configuration/configuration-readers.ts');
  return { readers: await configurationReaders(), types: await loadProviderTypes() };
};

const configurationAt: Outside['configurationAt'] = async (paths) => {
  const { findConfiguration } = await import('./sources/configuration/find-configuration.ts');
  return { found: await findConfiguration(paths, () => process.stdin), ...(await configurationMeans()) };
};

/** Of a container what has changed, in order. */
const blobsAt: Outside['blobsAt'] = async ({ url: text, span, cursors }) => {
  const url = await containerAt(text, 'the URL of the container is not understood');
  const { findBlobs } = await import('./sources/blob/find-blobs.ts');
  try {
    return await findBlobs(url, { env: process.env, now: outside.now(), span, cursors });
  } catch (error) {
    const { BlobTrouble } = await import('./sources/blob/blob-trouble.ts');
    if (!(error instanceof BlobTrouble)) throw error;
    const { storageTrouble } = await import('./app/storage-trouble.ts');
    throw new Refused(storageTrouble(error.kind, error.message, url));
  }
};

/** Of a workspace the minutes that changed, table by table. */
const workspaceAt: Outside['workspaceAt'] = async ({ cluster, tables, span, cursors, ...asked }) => {
  const place = await workspacePlace(asked);
  const { findRows } = await import('./sources/log-analytics/find-rows.ts');
  const { pause } = await import('./sources/pause.ts');
  const world = { credential: null, random: () => Math.random(), pause };
  try {
    return await findRows({ ...world, ...place, cluster, tables, span, cursors });
  } catch (error) {
    const { AzureTrouble } = await import('./sources/azure/azure-trouble.ts');
    if (!(error instanceof AzureTrouble)) throw error;
    const { workspaceTrouble } = await import('./app/workspace-trouble.ts');
    throw new Refused(workspaceTrouble(error.kind, error.message, place.id));
  }
};

const ingestionAt: Outside['ingestionAt'] = async (asked) => {
  const place = await workspacePlace(asked);
  const { findIngestion } = await import('./sources/log-analytics/find-ingestion.ts');
  const { pause } = await import('./sources/pause.ts');
  const world = { credential: null, random: () => Math.random(), pause };
  try {
    return await findIngestion({ ...world, ...place }, outside.now());
  } catch (error) {
    const { AzureTrouble } = await import('./sources/azure/azure-trouble.ts');
    if (!(error instanceof AzureTrouble)) throw error;
    const { workspaceTrouble } = await import('./app/workspace-trouble.ts');
    throw new Refused(workspaceTrouble(error.kind, error.message, place.id));
  }
};

/** Nodes beyond which somebody has to say that every one is meant. */
const MOST_NODES = 50;
/** A node that has the image starts a pod within seconds; to pull it may take a minute. */
const START_SECONDS = 90;

const lookAtNodes: Outside['lookAtNodes'] = async (asked, take, stop) => {
  const { TIMING } = await import('./sources/kubernetes/reflector.ts');
  const { lookAtNodes: look } = await import('./sources/node-look/look-at-nodes.ts');
  const { LookTrouble } = await import('./sources/node-look/look-trouble.ts');
  const { lookTrouble } = await import('./app/look-trouble.ts');
  const { log, progress, isOfAllNodes } = asked;
  const ports = { ...(await clusterPorts(asked, log)), progress };
  const mostNodes = isOfAllNodes ? Number.POSITIVE_INFINITY : MOST_NODES;
  try {
    return await look(ports, TIMING, { ...asked, startSeconds: START_SECONDS, mostNodes }, take, stop);
  } catch (error) {
    if (!(error instanceof LookTrouble)) throw error;
    throw new Refused(lookTrouble(error.kind, error.message, error.fix));
  }
};

const listenHere: Outside['listen'] = async ({
  server,
  spoolMib,
  bufferMib,
  sendEverySeconds,
  tokenFile,
  log,
  ...asked
}) => {
  const { AGENT_DEFAULTS, runAgent } = await import('./agent/agent.ts');
  const MIB = 1_048_576;
  if (!URL.canParse(server) || !/^https?:$/.test(new URL(server).protocol))
    throw new Refused(trouble('E105', `--server ${server}: expected http://HOST:PORT or https://HOST:PORT`));
  const token = async (): Promise<string | null> =>
    tokenFile === null ? (process.env['UNMASQ_TOKEN'] ?? null) : (await readFile(tokenFile, 'utf8')).trim();
  await token().catch((error: Error) => {
    throw new Refused(trouble('E702', `${tokenFile} cannot be read`, { why: error.message }));
  });
  const stop = new AbortController();
  const options = {
    ...AGENT_DEFAULTS,
    ...asked,
    server: new URL(server.endsWith('/') ? server : `${server}/`),
    ...(spoolMib === null ? {} : { spoolBytes: spoolMib * MIB }),
    ...(bufferMib === null ? {} : { bufferBytes: bufferMib * MIB }),
    ...(sendEverySeconds === null ? {} : { sendEveryMs: sendEverySeconds * 1_000 }),
  };
  const ports = { now: () => outside.now(), random: () => Math.random(), token, log };
  void outside.untilAskedToEnd().then(() => stop.abort());
  await runAgent(options, ports, stop.signal).catch((error: NodeJS.ErrnoException) => {
    if (error.code === undefined || !FOLDER_PROBLEMS.has(error.code)) throw error;
    throw new Refused(trouble('E701', `the spool ${asked.spool} cannot be used`, { why: error.message }));
  });
};

const kqlPack: Outside['kqlPack'] = async () => (await import('./sources/files/kql-pack.ts')).kqlPackIn(here('../kql'));

/** A token is got once, however often a workspace is asked. */
const askedWorkspaces = new Map<string, Promise<Workspace>>();

const askWorkspace: Outside['askWorkspace'] = async ({ text, search, ...asked }) => {
  const place = await workspacePlace(asked);
  const { openWorkspace } = await import('./sources/log-analytics/open-workspace.ts');
  const { pause } = await import('./sources/pause.ts');
  const key = `${place.endpoint} ${place.id}`;
  try {
    const world = { credential: null, random: () => Math.random(), pause };
    const opened = askedWorkspaces.get(key) ?? openWorkspace({ ...world, ...place }, new AbortController().signal);
    askedWorkspaces.set(key, opened);
    return await (await opened).answer(text, search ?? null);
  } catch (error) {
    const { AzureTrouble } = await import('./sources/azure/azure-trouble.ts');
    if (!(error instanceof AzureTrouble)) throw error;
    const { workspaceTrouble } = await import('./app/workspace-trouble.ts');
    throw new Refused(
      error.kind === 'refused'
        ? trouble('E854', 'the workspace refuses the query', { why: error.message })
        : workspaceTrouble(error.kind, error.message, place.id),
    );
  }
};

const outside: Outside = {
  env: process.env,
  version: (JSON.parse(readFileSync(here('../package.json'), 'utf8')) as { version: string }).version,
  stdout: sinkOn(process.stdout, 1),
  stderr: withoutSecrets(sinkOn(process.stderr, 2)),
  stdin: { isTTY: isatty(0), stream: () => process.stdin },
  keyedDigest: (asked) => {
    const key = asked ?? randomBytes(32);
    return (text) => createHmac('sha256', key).update(text).digest();
  },
  now: () => instant(Date.now()),
  openStore,
  backUp,
  restore,
  purge,
  compact,
  checkCollectors: () => Promise.resolve([]),
  holdsStore: async (data) => isServerUrl(data) || (await import('./store/open-store.ts')).holdsStore(data),
  filesAt: async (paths) => (await import('./sources/files/file-objects.ts')).filesAt(paths, () => process.stdin),
  configurationAt,
  liveConfigurationOf,
  blobsAt,
  workspaceAt,
  resolve: async (host) => {
    const { lookup } = await import('node:dns/promises');
    return (await lookup(host, { all: true })).map(({ address }) => address);
  },
  incident: async () => {
    const folder = here('../lab/recorded/incident');
    const text = await readFile(join(folder, 'run.json'), 'utf8').catch(() => null);
    return text === null ? null : { folder, run: text };
  },
  readText: (path) => readFile(path, 'utf8'),
  textsIn: async (folder) => (await import('./sources/files/texts-in.ts')).textsIn(folder),
  kqlPack,
  askWorkspace,
  queryLanguage: async () => new (await import('./kusto/kusto-language.ts')).KustoLanguage(),
  temporaryFolder,
  scratch: async () => {
    const folder = await temporaryFolder();
    const { scratchFile } = await import('./sources/files/scratch-file.ts');
    return scratchFile(join(folder.path, 'scratch'), () => folder.remove());
  },
  wholeFile: async (path) => (await import('./sources/files/whole-file.ts')).wholeFile(path),
  saveTogether: async (files) => (await import('./sources/files/files-together.ts')).saveTogether(files),
  holdFolder,
  simulate: simulateInto,
  checkServe: async (asked) => {
    await tokensOf(asked);
    await checkFiles(asked);
    await clusterCollectors({ ...asked, log: () => undefined });
    await containersOf(asked);
    await workspacesOf(asked);
    await metricsCollectors({ cursors: async () => new Map() }, { ...asked, log: () => undefined });
  },
  serve: serveFolder,
  listen: listenHere,
  lookAtNodes,
  serverOf: async (dataDir) => {
    if (isServerUrl(dataDir)) return null;
    const text = await readFile(serverFile(dataDir), 'utf8').catch(() => null);
    return text === null ? null : (JSON.parse(text) as ServerAt);
  },
  ingestionAt,
  retailItems: async (endpoint, filters) => {
    const { RETAIL_PRICES, retailItems } = await import('./sources/retail-prices/retail-items.ts');
    const source = endpoint ?? RETAIL_PRICES;
    const listed = await retailItems(source, filters);
    return listed.ok ? ok({ ...listed.value, source }) : listed;
  },
  makeFolder: async (path) => {
    await mkdir(path, { recursive: true });
  },
  fetch: (url, headers) => fetch(url, { headers }),
  untilAskedToEnd: async () => {
    stopsItself = true;
    await new Promise<void>((resolve) => {
      process.once('SIGINT', () => resolve());
      process.once('SIGTERM', () => resolve());
    });
  },
  ask: async function* (prompt) {
    const { createInterface } = await import('node:readline');
    const lines = createInterface({ input: process.stdin, output: process.stdout, prompt });
    lines.on('SIGINT', () => lines.close());
    try {
      lines.prompt();
      for await (const line of lines) {
        yield line;
        lines.prompt();
      }
    } finally {
      lines.close();
      // A terminal that was read from keeps the process alive.
      process.stdin.unref();
    }
  },
  stopsItself: () => {
    stopsItself = true;
    return () => isStopping;
  },
};

// The reader has seen enough (`| head`): that is no failure.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.done);
    // The one place where neither stream may be trusted: what can still be said is said at once, without the command line's own means.
    if (stream === process.stdout) {
      const { code, what, why, fix } = trouble('E117', 'the answer could not be written', { why: error.message });
      process.stderr.write(`error: ${what} [${code}]\n  why  ${why}\n  fix  ${fix}\n`);
    }
    process.exit(EXIT.failure);
  });
}

/** What `server/command-thread.ts` started this for. */
const runOnThread = async ({ words, files, tells, terminal }: ThreadAsked): Promise<void> => {
  const say = (said: ThreadSaid): void => parentPort?.postMessage(said);
  const to = { terminal, out: async (out: string) => say({ out }), err: async (err: string) => say({ err }) };
  const ended = await (tells ? run : attempt)(words, withoutStore(to, files));
  say({ ended });
};

if (isMainThread) process.exitCode = await run(given, outside);
else await runOnThread(workerData as ThreadAsked);
