import { type Instant, instant } from '../../../base/instant.ts';

/** The first moment without them. */
export const RETIRES: { readonly containerLog: Instant; readonly securityGroupFlowLogs: Instant } = {
  // https://learn.microsoft.com/azure/azure-monitor/containers/container-insights-logs-schema
  containerLog: instant(Date.UTC(2026, 9, 1)),
  // https://learn.microsoft.com/azure/network-watcher/nsg-flow-logs-migrate
  securityGroupFlowLogs: instant(Date.UTC(2027, 9, 1)),
};
