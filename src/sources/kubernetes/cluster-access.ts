import type { RequestOptions } from 'node:http';
import type { Cluster, KubeConfig as KubeConfigOf } from '@kubernetes/client-node';
import { SECOND } from '../../base/instant.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { Access } from './api-server.ts';
import { CredentialPlugin, type PluginWorld } from './credential-plugin.ts';

export interface WhichCluster {
  /** A kubeconfig; null: $KUBECONFIG, ~/.kube/config, or the cluster that we run in. */
  readonly kubeconfig: string | null;
  /** null: the current one. */
  readonly context: string | null;
}

/** A plugin that logs in anew asks its issuer; one that takes longer waits for a person. */
export const PLUGIN_WITHIN_MS = 45 * SECOND;

/** Where a context leads, and as whom. */
interface Way {
  readonly context: string;
  readonly server: URL;
  readonly config: KubeConfigOf;
  readonly plugin: CredentialPlugin | null;
  readonly isProxied: boolean;
}

/** The API server that a kubeconfig or the pod's own service account leads to, without asking it anything. */
export const clusterAccess = async (which: WhichCluster, world: PluginWorld): Promise<Result<Access, string>> => {
  // Loaded when it is needed: it takes most of a second and 90 MB.
  const { KubeConfig } = await import('@kubernetes/client-node');
  const load = (): Result<Way, string> => {
    const config = new KubeConfig();
    try {
      if (which.kubeconfig === null) config.loadFromDefault();
      else config.loadFromFile(which.kubeconfig);
    } catch (error) {
      return fail(`the kubeconfig cannot be read: ${(error as Error).message}`);
    }
    if (which.context !== null) config.setCurrentContext(which.context);
    return wayOf(config, new KubeConfig(), world);
  };
  const first = load();
  if (!first.ok) return first;
  let way = first.value;
  return ok({
    get server() {
      return way.server;
    },
    name: way.context === IN_CLUSTER ? 'this cluster' : way.context,
    credentials: async (signal) => {
      const { config, plugin, isProxied } = way;
      const made = await plugin?.credentials(signal);
      const options: RequestOptions & { cert?: unknown; key?: unknown } = { headers: {} };
      await config.applyToHTTPSOptions(options);
      // Its agents hold on to the certificates that they were made with; only through a proxy there is no way without.
      if (!isProxied) delete options.agent;
      if (made !== undefined && made.cert !== '') Object.assign(options, { cert: made.cert, key: made.key });
      const token = made === undefined || made.token === '' ? {} : { Authorization: `Bearer ${made.token}` };
      return { ...options, headers: trimmed({ ...(options.headers as Readonly<Record<string, string>>), ...token }) };
    },
    renew: () => {
      const again = load();
      // Whoever writes it may not be done.
      if (again.ok) way = again.value;
    },
  });
};

/** `bare` is to become the same configuration without credential plugins, which are ours to run. */
const wayOf = (config: KubeConfigOf, bare: KubeConfigOf, world: PluginWorld): Result<Way, string> => {
  const contexts = config.getContexts().map(({ name }) => name);
  const context = config.getCurrentContext();
  if (context === NOWHERE)
    return fail('there is no kubeconfig, and this is no pod of a cluster with a service account');
  const there = `there are ${contexts.join(', ') || 'none'}`;
  if (context === undefined || context === '') return fail(`no context is chosen; ${there}`);
  if (!contexts.includes(context)) return fail(`there is no context ${context}; ${there}`);
  const cluster = config.getCurrentCluster();
  const user = config.getCurrentUser();
  const server = cluster?.server ?? '';
  if (cluster === null || !URL.canParse(server)) return fail(`context ${context} leads to no server ("${server}")`);
  if (user === null) return fail(`context ${context} has no user that the kubeconfig knows`);
  if (new URL(server).protocol === 'http:' && !cluster.skipTLSVerify)
    return fail(
      `${server} is not encrypted: to ask it nevertheless, set insecure-skip-tls-verify: true for that cluster`,
    );
  bare.loadFromOptions({
    clusters: config.getClusters(),
    contexts: config.getContexts(),
    users: config.getUsers().map((one) => ({ ...one, exec: undefined })),
    currentContext: context,
  });
  const exec = user.exec as object | null | undefined;
  return ok({
    context,
    server: new URL(server),
    config: bare,
    plugin: exec === null || exec === undefined ? null : new CredentialPlugin(exec, toldOf(cluster), world),
    isProxied: (cluster.proxyUrl ?? '') !== '',
  });
};

/** A cluster as a plugin is told of it: https://kubernetes.io/docs/reference/config-api/client-authentication.v1/#client-authentication-k8s-io-v1-Cluster */
const toldOf = ({ server, tlsServerName, skipTLSVerify, caData, proxyUrl }: Cluster): object => ({
  server,
  'tls-server-name': tlsServerName,
  'insecure-skip-tls-verify': skipTLSVerify,
  'certificate-authority-data': caData,
  'proxy-url': proxyUrl,
});

/** What the client calls the context where it found neither a kubeconfig nor a service account, and the one of a service account. */
const NOWHERE = 'loaded-context';
const IN_CLUSTER = 'inClusterContext';

/** A token that was read from a file ends as the file does. */
const trimmed = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.trim()]));
