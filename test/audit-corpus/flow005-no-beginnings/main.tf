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
  location                 = "westeurope"
  resource_group_name      = "shop"
  account_tier             = "Standard"
  account_replication_type = "LRS"
}
resource "azapi_resource" "flow" {
  type      = "Microsoft.Network/networkWatchers/flowLogs@2025-01-01"
  name      = "net"
  parent_id = var.watcher
  location  = "westeurope"

  body = {
    properties = {
      targetResourceId = azurerm_virtual_network.net.id
      storageId        = azurerm_storage_account.logs.id
      enabled          = true
      retentionPolicy = {
        enabled = true
        days    = 30
      }
      recordTypes = "E,D"
    }
  }
}
variable "watcher" {}
