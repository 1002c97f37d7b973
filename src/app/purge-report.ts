import { renderInstant } from '../base/instant.ts';
import type { Purged, PurgeAsked } from '../core/purge.ts';

export interface PurgeReport {
  readonly schemaVersion: 1;
  readonly kind: 'Purge';
  readonly query: {
    readonly cluster: string;
    readonly namespace: string;
    readonly pod: string | null;
    /** null: of all times. */
    readonly from: string | null;
    readonly until: string | null;
    readonly everyMention: boolean;
    readonly dryRun: boolean;
  };
  readonly pods: number;
  readonly items: Purged['steps'];
  readonly left: Purged['left'];
}

export const purgeReport = (
  { cluster, namespace, pod, from, until, everyMention }: PurgeAsked,
  { isDry, isOfAllTimes }: { readonly isDry: boolean; readonly isOfAllTimes: boolean },
  { pods, steps, left }: Purged,
): PurgeReport => ({
  schemaVersion: 1,
  kind: 'Purge',
  query: {
    cluster,
    namespace,
    pod,
    from: isOfAllTimes ? null : renderInstant(from),
    until: isOfAllTimes ? null : renderInstant(until),
    everyMention,
    dryRun: isDry,
  },
  pods,
  items: steps,
  left,
});
