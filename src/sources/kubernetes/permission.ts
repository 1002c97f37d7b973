import type { Resource } from '../../formats/kube/recorded-lines.ts';
import type { ApiFailure } from './api-server.ts';

const ROLE = 'kubectl create clusterrole unmasq --verb=list,watch --resource=pods,nodes,events';

export interface Missing {
  readonly why: string;
  readonly fix: string;
}

/** What is missing, and what grants it; null: the failure is another. */
export const permissionMissing = (failure: ApiFailure, of: Resource, verb: 'list' | 'watch'): Missing | null => {
  if (failure.code === 401)
    return {
      why: `the API server does not know who we are (${failure.message})`,
      fix: 'renew the credentials, for instance by a kubectl command in the same context',
    };
  if (failure.code !== 403) return null;
  const [, user] = /User "([^"]+)"/.exec(failure.message) ?? [];
  return { why: `${user ?? 'we'} may not ${verb} ${of} in all namespaces`, fix: grantToWatch(user ?? 'NAME') };
};

/** The commands that let a user list and watch what there is. */
export const grantToWatch = (user: string): string =>
  `${ROLE} && kubectl create clusterrolebinding unmasq --clusterrole=unmasq ${subjectOf(user)}`;

/** As kubectl's bindings take it. */
export const subjectOf = (user: string): string => {
  const [, namespace, account] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user) ?? [];
  return account === undefined ? `--user=${user}` : `--serviceaccount=${namespace}:${account}`;
};
