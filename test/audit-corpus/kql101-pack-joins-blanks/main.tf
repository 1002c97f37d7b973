resource "azurerm_log_analytics_workspace" "ws" {
  name                = "ws"
  location            = "westeurope"
  resource_group_name = "shop"
  sku                 = "PerGB2018"
  retention_in_days   = 31
}
resource "azurerm_log_analytics_query_pack" "pack" {
  name                = "pack"
  location            = "westeurope"
  resource_group_name = "shop"
}
resource "azurerm_log_analytics_query_pack_query" "q" {
  query_pack_id = azurerm_log_analytics_query_pack.pack.id
  display_name  = "pods"
  body          = <<-KQL
    NTANetAnalytics
    | where TimeGenerated > ago(6h) and FlowStartTime > ago(2h)
    | where SubType == "FlowLog" and FlowDirection in ("Outbound", "O")
    | join kind=inner (
        KubePodInventory
        | where TimeGenerated > ago(1h) and ClusterName == "prod"
        | summarize FirstSeen = min(TimeGenerated), LastSeen = max(TimeGenerated) by PodUid, PodIp
      ) on $left.DestIp == $right.PodIp
    | where FlowStartTime <= LastSeen and FlowEndTime >= FirstSeen
    | project PodUid, DestPublicIps
  KQL
}
