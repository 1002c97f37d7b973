resource "azurerm_virtual_network" "net" {
  name                = "net"
  location            = "westeurope"
  resource_group_name = "shop"
  address_space       = ["10.0.0.0/8"]
}
resource "azurerm_subnet" "nodes" {
  name                 = "nodes"
  resource_group_name  = "shop"
  virtual_network_name = azurerm_virtual_network.net.name
  address_prefixes     = ["10.1.0.0/16"]
}
resource "azurerm_storage_account" "logs" {
  name                     = "shoplogs"
  location                 = var.region
  resource_group_name      = "shop"
  account_tier             = "Standard"
  account_replication_type = "LRS"
}
resource "azurerm_network_watcher_flow_log" "net" {
  name                 = "net"
  network_watcher_name = "watcher"
  resource_group_name  = "NetworkWatcherRG"
  target_resource_id   = azurerm_virtual_network.net.id
  storage_account_id   = azurerm_storage_account.logs.id
  enabled              = true

  retention_policy {
    enabled = true
    days    = 30
  }
}
variable "region" {}
