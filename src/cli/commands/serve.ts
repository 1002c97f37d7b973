import { parseEndpoint } from '../../app/address.ts';
import { EXIT } from '../../app/errors.ts';
import { DEFAULT_CLUSTER } from '../../app/ingest.ts';
import { parseDuration, parseTime } from '../../app/parse-time.ts';
import { parseNamespaces } from '../../base/namespaces.ts';
import { DAY, type Instant, instant, SECOND } from '../../base/instant.ts';
import { EVERYTHING, horizonsAt, oldestKept } from '../../core/retention.ts';
import type { Context } from '../context.ts';
import type { ListenAt, OidcAsked, ServeAsked } from '../outside.ts';
import { memberOf, textOf, texts, wholeNumber } from '../flag-values.ts';
import type { Given, Globals } from '../globals.ts';
import { readSymptoms } from '../read-symptoms.ts';
import { refuse } from '../refused.ts';
import { retentionOf } from '../retention-flag.ts';
import { workspaceFlags } from './workspace-flags.ts';

type ServeGlobals = Pick<Globals, 'data' | 'cluster' | 'kubeconfig'>;

/** What the settings ask for. Throws `Refused` for a value that means nothing. */
export const serveAsked = (
  globals: ServeGlobals,
  given: Given,
  { outside, zone }: Pick<Context, 'outside' | 'zone'>,
): Omit<ServeAsked, 'log' | 'symptomIn'> => {
  const { host, port } = listenOf('--listen', textOf(given, 'listen') ?? '');
  const retention = retentionOf(given);
  const oldest = oldestKept(horizonsAt(retention, outside.now(), EVERYTHING));
  /** `--blobs-every` and `--blobs-since`. What is older than is kept need not be read. */
  const paceOf = (source: string): { readonly everyMs: number; readonly since: Instant } => {
    const since = parseTime(textOf(given, memberOf(`${source}-since`)) ?? '', outside.now(), zone, 'first');
    if (!since.ok) return refuse('E106', `--${source}-since: ${since.problem}`);
    const every = textOf(given, memberOf(`${source}-every`)) ?? '';
    const everyMs = parseDuration(every);
    if (everyMs === null || everyMs < SECOND || everyMs > DAY)
      return refuse('E105', `--${source}-every ${every}: expected a time from 1s to 24h`);
    return { everyMs, since: instant(Math.max(since.value.at, oldest)) };
  };
  const blobs = paceOf('blobs');
  const metrics = { ...paceOf('metrics'), endpoint: textOf(given, 'metricsEndpoint') };
  if (metrics.endpoint !== null && texts(given, 'metrics').length === 0)
    return refuse('E104', '--metrics-endpoint has no meaning without --metrics');
  const workspaces = { ...paceOf('log-analytics'), ...workspaceFlags(given, texts(given, 'logAnalytics').length > 0) };
  const grpc = textOf(given, 'otlpGrpc');
  const [spec, measured] = [textOf(given, 'spec'), texts(given, 'measured')];
  if (spec === null && measured.length > 0) return refuse('E104', '--measured has no meaning without --spec');
  // Each answer would ask Azure anew.
  if (measured.some((one) => one.includes('://')))
    return refuse('E105', '--measured: expected exports, as a file or folder', {
      fix: 'Write what the workspace says into a folder first; docs/guide/cost.md says how.',
    });
  return {
    data: globals.data,
    audit: texts(given, 'audit'),
    spec,
    measured,
    host,
    port,
    grpc: grpc === null ? null : listenOf('--otlp-grpc', grpc),
    tokenFile: textOf(given, 'tokenFile'),
    oidc: oidcOf(given),
    keepsLogText: given['keepLogText'] === true,
    retention,
    timeLimitSeconds: wholeNumber(given, 'timeLimit', '--time-limit'),
    kubernetes: kubernetesAsked(globals, given),
    blobs: texts(given, 'blobs').map((text) => {
      const { cluster, of } = ofCluster(text);
      return { ...blobs, cluster, url: of };
    }),
    metrics: texts(given, 'metrics').map((text) => {
      const { cluster, of } = ofCluster(text);
      return { ...metrics, cluster, resource: of };
    }),
    workspaces: texts(given, 'logAnalytics').map((text) => {
      const { cluster, of } = ofCluster(text);
      return { ...workspaces, cluster, workspace: of };
    }),
  };
};

/** `CLUSTER=URL` or `URL`. */
const ofCluster = (text: string): { readonly cluster: string; readonly of: string } => {
  const [, cluster, of] = /^([^=/:?]+)=(.*)$/.exec(text) ?? [];
  return { cluster: cluster ?? DEFAULT_CLUSTER, of: of ?? text };
};

const kubernetesAsked = ({ kubeconfig, cluster }: ServeGlobals, given: Given): ServeAsked['kubernetes'] => {
  const context = textOf(given, 'kubeContext');
  if (given['kubernetes'] === true) return { kubeconfig, context, cluster };
  for (const [flag, value] of Object.entries({ kubeconfig, 'kube-context': context, cluster }))
    if (value !== null) refuse('E104', `--${flag} has no meaning without --kubernetes`);
  return null;
};

export const runServe = async (context: Context, given: Given): Promise<number> => {
  const { outside, globals, voice } = context;
  const serving = await outside.serve({
    ...serveAsked(globals, given, context),
    symptomIn: await readSymptoms(given, outside),
    log: (line) => voice.note(line),
  });
  if (serving.grpc !== null) voice.note(`OTLP over gRPC on ${serving.grpc}`);
  voice.summary(`listening on ${serving.url}`, `curl ${serving.url}/readyz`);
  await outside.untilAskedToEnd();
  voice.note('ending: what was begun is done first');
  await serving.close();
  return EXIT.done;
};

const oidcOf = (given: Given): OidcAsked | null => {
  const [issuer, audience] = [textOf(given, 'oidcIssuer'), textOf(given, 'oidcAudience')];
  if (issuer === null) {
    for (const flag of ['oidc-audience', 'oidc-read', 'oidc-read-in', 'oidc-ingest'])
      if (texts(given, memberOf(flag)).length > 0) refuse('E105', `--${flag} has no meaning without --oidc-issuer`);
    return null;
  }
  if (audience === null)
    return refuse('E105', '--oidc-issuer wants --oidc-audience', {
      fix: 'Give what tokens for this server are made out to.',
    });
  const values = (name: string, byDefault: string): readonly string[] => {
    const told = texts(given, name);
    return told.length === 0 ? [byDefault] : told;
  };
  return {
    issuer,
    audience,
    claim: textOf(given, 'oidcClaim') ?? '',
    values: { read: values('oidcRead', 'unmasq.read'), ingest: values('oidcIngest', 'unmasq.ingest') },
    readIn: new Map(texts(given, 'oidcReadIn').map(readInOf)),
  };
};

/** `VALUE=NAMESPACE,…`; a value may hold a `=` itself. */
const readInOf = (text: string): readonly [string, readonly string[]] => {
  const [, value, names] = /^(.+)=([^=]*)$/.exec(text) ?? [];
  const fix = 'Write team-shop=shop or team-shop=shop,shop-jobs.';
  if (value === undefined || names === undefined)
    return refuse('E105', `--oidc-read-in ${text}: expected VALUE=NAMESPACE,…`, { fix });
  const namespaces = parseNamespaces(names);
  return namespaces.ok
    ? [value, namespaces.value]
    : refuse('E105', `--oidc-read-in ${text}: ${namespaces.problem}`, { fix });
};

/** `HOST:PORT`, where HOST is an address or localhost. */
const listenOf = (flag: string, text: string): ListenAt => {
  const endpoint = parseEndpoint(text.replace(/^localhost(?=:\d+$)/, '127.0.0.1'));
  if (endpoint === undefined || endpoint.port === null)
    return refuse('E105', `${flag} ${text}: expected HOST:PORT`, {
      fix: 'Write 127.0.0.1:7171, [::1]:7171 or 0.0.0.0:7171.',
    });
  return { host: endpoint.ip, port: endpoint.port };
};
