import type { WrittenFile } from './blueprint.ts';
import { stamped, stampLine } from './stamp.ts';

/** What unmasq's server may in its cluster: see pods, nodes and events, and change nothing. As `deploy/kustomize/base/server/access.yaml` has it. */
export const kubeRolesFile = (): WrittenFile => ({
  name: 'kubernetes-rbac.yaml',
  text: stamped(`${stampLine('rbac')}apiVersion: v1
kind: ServiceAccount
metadata: { name: unmasq, namespace: unmasq }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: unmasq }
rules:
  - { apiGroups: [''], resources: [pods, nodes, events], verbs: [list, watch] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: unmasq }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: unmasq }
subjects: [{ kind: ServiceAccount, name: unmasq, namespace: unmasq }]
`),
});
