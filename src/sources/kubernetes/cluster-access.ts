import type { RequestOptions } from 'node:http';
import { fail, ok, type Result } from '../../base/result.ts';
import type { Access } from './api-server.ts';

export interface WhichCluster {
  /** A kubeconfig; null: $KUBECONFIG, ~/.kube/config, or the cluster that we run in. */
  readonly kubeconfig: string | null;
  /** null: the current one. */
  readonly context: string | null;
}

/** The API server that a kubeconfig or the pod's own service account leads to, without asking it anything. */
export const clusterAccess = async (which: WhichCluster): Promise<Result<Access, string>> => {
  // Loaded when it is needed: it takes most of a second and 90 MB.
  const { KubeConfig } = await import('@kubernetes/client-node');
  const load = (): InstanceType<typeof KubeConfig> => {
    const config = new KubeConfig();
    if (which.kubeconfig === null) config.loadFromDefault();
    else config.loadFromFile(which.kubeconfig);
    if (which.context !== null) config.setCurrentContext(which.context);
    return config;
  };
  try {
    let config = load();
    const contexts = config.getContexts().map(({ name }) => name);
    const context = config.getCurrentContext();
    if (context === NOWHERE) return fail('there is no kubeconfig, and this is no pod of a cluster');
    if (!contexts.includes(context))
      return fail(
        context === undefined || context === ''
          ? `no context is chosen; there are ${contexts.join(', ') || 'none'}`
          : `there is no context ${context}; there are ${contexts.join(', ') || 'none'}`,
      );
    const server = config.getCurrentCluster()?.server ?? '';
    if (!URL.canParse(server)) return fail(`context ${context} leads to no server ("${server}")`);
    return ok({
      server: new URL(server),
      name: context === IN_CLUSTER ? 'this cluster' : context,
      credentials: async () => {
        const options: RequestOptions = { headers: {} };
        await config.applyToHTTPSOptions(options);
        return { ...options, headers: trimmed(options.headers as Readonly<Record<string, string>>) };
      },
      renew: async () => {
        config = load();
      },
    });
  } catch (error) {
    return fail((error as Error).message);
  }
};

/** What the client calls the context where it found neither a kubeconfig nor a service account, and the one of a service account. */
const NOWHERE = 'loaded-context';
const IN_CLUSTER = 'inClusterContext';

/** A token that was read from a file ends as the file does. */
const trimmed = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.trim()]));
