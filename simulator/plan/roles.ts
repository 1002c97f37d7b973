import { type Destination, failingShare } from './destinations.ts';
import type { Life } from './lives.ts';
import type { Call, Workload } from './workloads.ts';

/** What some pods of a workload do: as a rule all of them, but a rollout may bring other habits, and one pod may be odd. */
export interface Role {
  readonly workload: number;
  readonly kind: 'usual' | 'rolled-out' | 'odd';
  readonly calls: readonly Call[];
}

/** The usual roles come first, one for each workload in their order. */
export const usualRoles = (workloads: readonly Workload[]): readonly Role[] =>
  workloads.map(({ index, calls }) => ({ workload: index, kind: 'usual', calls }));

/** By life the place of its role. */
export const rolesOf = (lives: readonly Life[], roles: readonly Role[]): readonly number[] => {
  const rolledOut = new Map(roles.flatMap(({ workload, kind }, i) => (kind === 'rolled-out' ? [[workload, i]] : [])));
  return lives.map(({ workload, isRolledOut }) => (isRolledOut ? rolledOut.get(workload) : undefined) ?? workload);
};

/** Connections that a call comes to on average, its retries included. */
export const connectionsPer = ({ to, retries = 0 }: Call, destinations: readonly Destination[]): number => {
  const fails = 'destination' in to ? failingShare(destinations[to.destination] as Destination) : 0;
  let connections = 1;
  for (let chance = fails, left = retries; left > 0; left--, chance *= fails) connections += chance;
  return connections;
};
