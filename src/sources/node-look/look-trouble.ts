import type { ApiFailure } from '../kubernetes/api-server.ts';
import { grantToWatch, subjectOf } from '../kubernetes/permission.ts';

export type LookTroubleKind =
  | 'unreachable'
  | 'stranger'
  | 'forbidden'
  | 'not-admitted'
  | 'no-such-node'
  | 'too-many-nodes'
  | 'failed';

/** Why a cluster cannot be looked at; `fix` is what mends it, null where nobody knows. */
export class LookTrouble extends Error {
  readonly kind: LookTroubleKind;
  readonly fix: string | null;

  constructor(kind: LookTroubleKind, message: string, fix: string | null = null) {
    super(message);
    this.kind = kind;
    this.fix = fix;
  }
}

const FORBIDDEN = /User "([^"]+)" cannot (\w+) resource "([^"]+)"/;
/** https://kubernetes.io/docs/concepts/security/pod-security-admission/ */
const POD_SECURITY = /violates PodSecurity "([^"]+)"/;
/** Azure Policy is one of them (validation.gatekeeper.sh). */
const WEBHOOK = /admission webhook "([^"]+)" denied the request/;

/** What the API server's refusal of something in the namespace of the pods means. */
export const lookTrouble = (failure: ApiFailure, namespace: string): LookTrouble => {
  const { code, message, reason } = failure;
  if (reason === 'connection' || reason === 'late') return new LookTrouble('unreachable', message);
  if (code === 401 || reason === 'credentials')
    return new LookTrouble('stranger', `the API server does not know who we are (${message})`);
  const [, user, verb, resource] = FORBIDDEN.exec(message) ?? [];
  if (code === 403 && user !== undefined) {
    const isWide = /at the cluster scope/.test(message);
    const place = isWide ? 'in all namespaces' : `in namespace ${namespace}`;
    return new LookTrouble('forbidden', `${user} may not ${verb} ${resource} ${place}`, grantsTo(user, namespace));
  }
  const [, level] = POD_SECURITY.exec(message) ?? [];
  if (level !== undefined)
    return new LookTrouble(
      'not-admitted',
      `namespace ${namespace} admits pods of level ${level} only, and these use the network of their node: ${message}`,
      ELSEWHERE,
    );
  const [, webhook] = WEBHOOK.exec(message) ?? [];
  if (webhook !== undefined)
    return new LookTrouble('not-admitted', `${webhook} denies them in namespace ${namespace}: ${message}`, ELSEWHERE);
  if (code === 403 || code === 404 || code === 422)
    return new LookTrouble('not-admitted', `namespace ${namespace} does not take them: ${message}`);
  return new LookTrouble('failed', message);
};

const ELSEWHERE =
  'Give a namespace that is exempt with --pod-namespace, as kube-system is from Azure Policy, or one with `kubectl label namespace NAME pod-security.kubernetes.io/enforce=privileged`.';

/** All that a look needs: half of it would be refused the next time. */
const grantsTo = (user: string, namespace: string): string =>
  [
    grantToWatch(user),
    `kubectl create role unmasq-now -n ${namespace} --verb=get,list,create,delete --resource=pods,pods/log`,
    `kubectl create rolebinding unmasq-now -n ${namespace} --role=unmasq-now ${subjectOf(user)}`,
  ].join(' && ');
