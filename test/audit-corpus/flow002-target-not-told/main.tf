resource "azurerm_storage_account" "logs" {
  name                     = "shoplogs"
  location                 = "westeurope"
  resource_group_name      = "shop"
  account_tier             = "Standard"
  account_replication_type = "LRS"
}
resource "azurerm_network_watcher_flow_log" "net" {
  name                 = "net"
  network_watcher_name = "watcher"
  resource_group_name  = "NetworkWatcherRG"
  target_resource_id   = var.target
  storage_account_id   = azurerm_storage_account.logs.id
  enabled              = true

  retention_policy {
    enabled = true
    days    = 30
  }
}
variable "target" {}
