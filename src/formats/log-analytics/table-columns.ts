import type { TableName } from './log-analytics-decoder.ts';

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const APP = words('TimeGenerated OperationId ParentId Properties AppRoleInstance AppRoleName ItemCount');

/**
 * The columns of a table that its decoder reads, and those that it is recognised by: whoever asks for rows asks for no other.
 * A workspace may lack some of them. Of Application Insights the names are those of a workspace, not the classic ones.
 */
export const TABLE_COLUMNS: Readonly<Record<TableName, readonly string[]>> = {
  KubePodInventory:
    words(`TimeGenerated ClusterName ClusterId PodUid Name Namespace Computer PodStatus PodIp PodLabel ControllerKind ControllerName
    PodCreationTimeStamp PodStartTime ContainerStartTime ContainerCreationTimeStamp`),
  KubeNodeInventory: words(
    'TimeGenerated ClusterName ClusterId Computer Labels OperatingSystem CreationTimeStamp Status',
  ),
  KubeEvents: words(
    `TimeGenerated ClusterName ClusterId Computer Namespace ObjectKind Name Reason KubeEventType Message SourceComponent FirstSeen LastSeen Count`,
  ),
  ContainerLogV2: words(
    'TimeGenerated Computer PodNamespace PodName ContainerName LogSource LogLevel LogMessage KubernetesMetadata',
  ),
  NTANetAnalytics:
    words(`TimeGenerated SubType FlowStartTime FlowEndTime FlowIntervalStartTime FlowIntervalEndTime FlowDirection FlowStatus L4Protocol
    SrcIp DestIp DestPort SrcPublicIps DestPublicIps MacAddress SrcVm DestVm AclRule NsgRule AllowedInFlows DeniedInFlows AllowedOutFlows
    DeniedOutFlows CompletedFlows PacketsSrcToDest PacketsDestToSrc BytesSrcToDest BytesDestToSrc`),
  AzureNetworkAnalytics_CL:
    words(`TimeGenerated SubType_s FlowStartTime_t FlowEndTime_t FlowIntervalStartTime_t FlowIntervalEndTime_t FlowDirection_s
    FlowStatus_s L4Protocol_s SrcIP_s DestIP_s DestPort_d SrcPublicIPs_s DestPublicIPs_s MACAddress_s VM1_s VM2_s VM_s NSGRule_s
    AllowedInFlows_d DeniedInFlows_d AllowedOutFlows_d DeniedOutFlows_d CompletedFlows_d OutboundPackets_d InboundPackets_d
    OutboundBytes_d InboundBytes_d`),
  AppDependencies: [...APP, ...words('Id Name OperationName DependencyType Data Target DurationMs Success ResultCode')],
  AppRequests: [...APP, ...words('Id Name OperationName Url DurationMs Success ResultCode')],
  AppTraces: [...APP, ...words('Message SeverityLevel')],
  AppExceptions: [
    ...APP,
    ...words('ExceptionType OuterType OuterMessage InnermostMessage Message ProblemId SeverityLevel'),
  ],
  ContainerNetworkLogs:
    words(`TimeGenerated Reply SourcePodName SourceNamespace DestinationPodName DestinationNamespace IP Layer4 Layer7 EgressFlowCount
    IngressFlowCount UnknownDirectionFlowCount TrafficDirection NodeName Verdict DropReason FlowType`),
  AZFWNetworkRule: words(
    'TimeGenerated Protocol SourceIp SourcePort DestinationIp DestinationPort Action ActionReason Rule RuleCollection _ResourceId',
  ),
  AZFWFlowTrace: words(
    'TimeGenerated Protocol SourceIp SourcePort DestinationIp DestinationPort Flag ActionReason _ResourceId',
  ),
};
