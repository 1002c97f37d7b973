import { firewallDenied, policyDenied } from './denied.ts';
import type { DestinationView } from './destination-view.ts';
import type { Finding } from './hypothesis.ts';
import { idleTimeout } from './idle-timeout.ts';
import { pathLoss } from './path-loss.ts';
import type { Signals } from './signals.ts';

/** What happens between a pod and its destination. */
export const onTheWay = (signals: Signals, destinations: readonly DestinationView[]): readonly Finding[] => [
  pathLoss(signals, destinations),
  policyDenied(signals, destinations),
  firewallDenied(signals, destinations),
  idleTimeout(signals, destinations),
];
