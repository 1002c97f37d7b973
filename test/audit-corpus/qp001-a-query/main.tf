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
  body          = "KubePodInventory | take 10"
}
