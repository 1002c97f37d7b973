import type { Cluster } from '../plan/cluster.ts';
import type { Random } from '../random.ts';

/**
 * Names of attributes, by the version of the semantic conventions that a program's SDK is of: stable ones, those before them
 * (1.20, `net.sock.peer.addr`), and the first (1.10, `net.peer.ip`).
 */
export const DIALECTS = ['stable', 'old', 'first'] as const;
export type Dialect = (typeof DIALECTS)[number];

export interface Instrumentation {
  readonly dialect: Dialect;
  /** It records its own address and port too, which nobody does unless told to. */
  readonly tellsLocal: boolean;
  /** It records the name that it asked for and never the address that it was connected to. */
  readonly namesOnly?: true;
}

const INSTRUMENTED = 0.7;
const [STABLE, OLD] = [0.6, 0.85];

/** By workload, which of them make spans: Deployments, not all, and nothing that came with the cluster. */
export const planInstrumentation = (
  { workloads }: Pick<Cluster, 'workloads'>,
  { localPort, namesOnly }: { readonly localPort: number; readonly namesOnly: number },
  random: Random,
): ReadonlyMap<number, Instrumentation> => {
  const instrumented = new Map<number, Instrumentation>();
  for (const { index, kind, namespace } of workloads) {
    // Drawn for everybody, so that who is instrumented does not depend on who is not.
    const [drawn, version, local] = [random.next(), random.next(), random.next()];
    if (kind !== 'Deployment' || namespace === 'kube-system' || drawn >= INSTRUMENTED) continue;
    const dialect = version < STABLE ? 'stable' : version < OLD ? 'old' : 'first';
    instrumented.set(index, { dialect, tellsLocal: local < localPort });
  }
  // Drawn last, so that nothing else depends on it.
  if (namesOnly > 0)
    for (const [index, how] of instrumented)
      if (random.next() < namesOnly) instrumented.set(index, { ...how, namesOnly: true });
  return instrumented;
};
