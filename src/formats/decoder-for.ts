import { never } from '../base/result.ts';
import type { FormatName } from '../core/facts.ts';
import { flowLogDecoder } from './azure-flow-log/flow-log-decoder.ts';
import { azureMetricsDecoder } from './azure-metrics/azure-metrics-decoder.ts';
import { azureResourceDecoder } from './azure-resource/azure-resource-decoder.ts';
import { conntrackDecoder } from './conntrack/conntrack-decoder.ts';
import type { Context, Decoder } from './decoder.ts';
import { kubernetesDecoder } from './kube/kubernetes-decoder.ts';
import { logAnalyticsDecoder } from './log-analytics/log-analytics-decoder.ts';
import { otlpDecoder } from './otlp/otlp-decoder.ts';

/** The decoder of a recognised format. */
export const decoderFor = (format: FormatName, context: Context): Decoder => {
  switch (format) {
    case 'vnet-flow-log':
    case 'nsg-flow-log':
      return flowLogDecoder(context);
    case 'kubernetes-pods':
    case 'kubernetes-nodes':
    case 'kubernetes-watch':
    case 'kubernetes-events':
      return kubernetesDecoder(context, format);
    case 'conntrack':
      return conntrackDecoder(context);
    case 'KubePodInventory':
    case 'KubeNodeInventory':
    case 'KubeEvents':
    case 'ContainerLogV2':
    case 'NTANetAnalytics':
    case 'AzureNetworkAnalytics_CL':
    case 'AppDependencies':
    case 'AppRequests':
    case 'AppTraces':
    case 'AppExceptions':
    case 'ContainerNetworkLogs':
    case 'AZFWNetworkRule':
    case 'AZFWFlowTrace':
      return logAnalyticsDecoder(format, context);
    case 'azure-metrics':
      return azureMetricsDecoder();
    case 'azure-resource':
      return azureResourceDecoder();
    case 'otlp':
      return otlpDecoder(context);
    default:
      return never(format);
  }
};
