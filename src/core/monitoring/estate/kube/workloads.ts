import type { Value } from '../../hcl/value.ts';
import type { PrometheusAlert } from '../alert.ts';
import type { Service, Workload } from '../kube.ts';
import { booleanAtOr, itemsOf, memberOf, plainText, textAt, textAtOr, textMapAt } from '../members-of.ts';
import type { KubeObject } from './object.ts';

export const serviceOf = ({ thing, namespace, of }: KubeObject): Service => ({
  ...thing,
  namespace,
  type: textAtOr(of, 'ClusterIP', 'spec', 'type'),
  externalTrafficPolicy: textAtOr(of, 'Cluster', 'spec', 'externalTrafficPolicy'),
});

const KINDS = ['Deployment', 'DaemonSet', 'StatefulSet'] as const;

const textsIn = (value: Value | undefined): readonly string[] =>
  itemsOf(value).flatMap((item) => plainText(item) ?? []);

export const workloadOf = ({ thing, kind, namespace, of }: KubeObject): Workload | null => {
  const which = KINDS.find((one) => one === kind);
  if (which === undefined) return null;
  const pod = memberOf(of, 'spec', 'template', 'spec') ?? of;
  const containers = itemsOf(memberOf(pod, 'containers'));
  return {
    ...thing,
    kind: which,
    namespace,
    images: containers.flatMap((c) => plainText(memberOf(c, 'image')) ?? []),
    arguments: containers.flatMap((c) => [...textsIn(memberOf(c, 'command')), ...textsIn(memberOf(c, 'args'))]),
    environment: new Map(
      containers.flatMap((c) =>
        itemsOf(memberOf(c, 'env')).map(
          (e) => [plainText(memberOf(e, 'name')) ?? '', plainText(memberOf(e, 'value'))] as const,
        ),
      ),
    ),
    hostNetwork: booleanAtOr(pod, false, 'hostNetwork'),
    nodeSelector: textMapAt(pod, 'nodeSelector'),
    tolerations: itemsOf(memberOf(pod, 'tolerations')).map((t) => ({
      key: plainText(memberOf(t, 'key')),
      value: plainText(memberOf(t, 'value')),
      operator: plainText(memberOf(t, 'operator')) ?? 'Equal',
      effect: plainText(memberOf(t, 'effect')),
    })),
  };
};

/** Rules of a `PrometheusRule`, or of a file that Prometheus reads. */
export const prometheusAlertsIn = ({ thing, of }: Pick<KubeObject, 'thing' | 'of'>): readonly PrometheusAlert[] =>
  itemsOf(memberOf(of, 'spec', 'groups') ?? memberOf(of, 'groups')).flatMap((group) =>
    itemsOf(memberOf(group, 'rules'))
      .filter((rule) => memberOf(rule, 'alert') !== undefined)
      .map((rule) => ({
        ...thing,
        name: textAt(rule, 'alert'),
        at: rule.from,
        expression: plainText(memberOf(rule, 'expr')),
        enabled: { is: 'unset' as const, value: true, at: rule.from },
      })),
  );
