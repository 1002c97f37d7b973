import type { Setting, Texts } from './setting.ts';
import type { Thing } from './thing.ts';

/** `container-azm-ms-agentconfig`: what the agent of Container Insights is told in the cluster. */
export interface AgentConfig extends Thing {
  readonly stdout: LogSource;
  readonly stderr: LogSource;
  /** `v1`, `v2`; unset: null. */
  readonly logSchema: Setting<string | null>;
  readonly envVar: Setting<boolean | null>;
  readonly allKubeEvents: Setting<boolean | null>;
  readonly metadata: Setting<boolean | null>;
}

export interface LogSource {
  readonly enabled: Setting<boolean>;
  readonly excludeNamespaces: Texts;
}

/** `azure-ip-masq-agent-config`: what is not masqueraded. */
export interface MasqConfig extends Thing {
  /** The one that AKS keeps itself is not the user's. */
  readonly isReconciled: boolean;
  readonly nonMasqueradeCidrs: Texts;
  readonly masqLinkLocal: Setting<boolean | null>;
}

export interface Service extends Thing {
  readonly namespace: string;
  /** `ClusterIP`, `NodePort`, `LoadBalancer`. */
  readonly type: Setting<string>;
  /** `Cluster` or `Local`. */
  readonly externalTrafficPolicy: Setting<string>;
}

/** What runs pods, as far as monitoring is in it. */
export interface Workload extends Thing {
  readonly kind: 'Deployment' | 'DaemonSet' | 'StatefulSet';
  readonly namespace: string;
  readonly images: readonly string[];
  /** Of all containers. */
  readonly arguments: readonly string[];
  readonly environment: ReadonlyMap<string, string | null>;
  readonly hostNetwork: Setting<boolean>;
  readonly nodeSelector: Setting<ReadonlyMap<string, string | null>>;
  readonly tolerations: readonly {
    readonly key: string | null;
    readonly value: string | null;
    readonly operator: string;
    readonly effect: string | null;
  }[];
}
