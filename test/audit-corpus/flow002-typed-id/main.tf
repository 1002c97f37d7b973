resource "azurerm_network_watcher_flow_log" "net" {
  name                 = "net"
  network_watcher_name = "watcher"
  resource_group_name  = "NetworkWatcherRG"
  target_resource_id   = "/subscriptions/s/resourceGroups/r/providers/Microsoft.Network/networkSecurityGroups/nodes"
  storage_account_id   = var.account
  enabled              = true

  retention_policy {
    enabled = true
    days    = 30
  }
}
variable "account" {}
