import { legacyAuthentication } from './agent/authentication.ts';
import { noContainerInsights } from './agent/container-insights.ts';
import { metricsToNowhere } from './agent/managed-prometheus.ts';
import { twoWorkspaces } from './agent/workspaces.ts';
import { notSplit, turnedRound, wrongAggregation } from './alerts/conditions.ts';
import { noSnatAlert, tellsNobody } from './alerts/presence.ts';
import { emptyTable, otherSymptom, shortWindow, unexportedMetric } from './alerts/queries.ts';
import { wrongTarget } from './alerts/targets.ts';
import { portThresholds } from './alerts/thresholds.ts';
import { associationName, noRule, unassociated } from './collection/association.ts';
import { danglingFlow, ruleName, ruleRegion } from './collection/destinations.ts';
import { filteringMode, interval, nothingChosen, systemFiltered } from './collection/settings.ts';
import { allStreams, bothLogStreams, countersTwice, noPodInventory } from './collection/streams.ts';
import { lossyTransform } from './collection/transform.ts';
import { dearLines } from './cost/log-plan.ts';
import { dailyQuota, freeDay, keptTooLong } from './cost/retention.ts';
import { flowLogElsewhere, noFlowLog } from './flow-logs/coverage.ts';
import { filtered, recordTypes, shortInterval, switchedOff } from './flow-logs/records.ts';
import { networkAndSubnet, recordedTwice, securityGroupFlowLog } from './flow-logs/security-groups.ts';
import { goneTooSoon, keptForEver, unfitAccount } from './flow-logs/storage.ts';
import { wrongWorkspaceId } from './flow-logs/workspace-ids.ts';
import { agentSettings, filteredByRule } from './logs/agent-config.ts';
import { oldContainerLog } from './logs/container-log.ts';
import { planOfAlert } from './logs/table-plan.ts';
import { masquerade } from './network/masquerade.ts';
import { egressByDefault, forwardedInbound, hostRouting, windowsPools } from './network/visibility.ts';
import { agentReach } from './nodes/agent-reach.ts';
import { fewPorts, refusedSysctls, smallConntrack } from './nodes/sysctls.ts';
import { noSavedQuery } from './queries/saved.ts';
import {
  gatewayWins,
  managedInOwnNetwork,
  manyNodesByDefault,
  noAddress,
  noGateway,
  uselessProfile,
} from './snat/gateways.ts';
import { crossesStep, tooFewPorts, uselessAddresses } from './snat/load-balancer-ports.ts';
import { refusedNumbers } from './snat/refused.ts';
import { clusterIdentity } from './terraform/cluster-identity.ts';
import { missingArguments, unknownArguments } from './terraform/provider-arguments.ts';
import { undeclaredNames } from './terraform/undeclared-names.ts';
import type { Rule } from './rule.ts';

/** Every rule there is. */
export const RULES: readonly Rule[] = [
  clusterIdentity,
  unknownArguments,
  missingArguments,
  undeclaredNames,
  legacyAuthentication,
  noContainerInsights,
  metricsToNowhere,
  twoWorkspaces,
  noRule,
  unassociated,
  associationName,
  ruleRegion,
  danglingFlow,
  ruleName,
  nothingChosen,
  interval,
  filteringMode,
  systemFiltered,
  allStreams,
  noPodInventory,
  bothLogStreams,
  countersTwice,
  lossyTransform,
  filteredByRule,
  agentSettings,
  oldContainerLog,
  planOfAlert,
  noFlowLog,
  flowLogElsewhere,
  switchedOff,
  recordTypes,
  filtered,
  shortInterval,
  securityGroupFlowLog,
  recordedTwice,
  networkAndSubnet,
  goneTooSoon,
  keptForEver,
  unfitAccount,
  wrongWorkspaceId,
  masquerade,
  egressByDefault,
  hostRouting,
  windowsPools,
  forwardedInbound,
  agentReach,
  refusedSysctls,
  smallConntrack,
  fewPorts,
  manyNodesByDefault,
  managedInOwnNetwork,
  noGateway,
  noAddress,
  gatewayWins,
  uselessProfile,
  tooFewPorts,
  crossesStep,
  uselessAddresses,
  refusedNumbers,
  turnedRound,
  notSplit,
  wrongAggregation,
  noSnatAlert,
  tellsNobody,
  unexportedMetric,
  otherSymptom,
  shortWindow,
  emptyTable,
  wrongTarget,
  portThresholds,
  dearLines,
  keptTooLong,
  freeDay,
  dailyQuota,
  noSavedQuery,
];
