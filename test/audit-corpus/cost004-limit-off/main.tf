resource "azurerm_log_analytics_workspace" "ws" {
  name                = "ws"
  location            = "westeurope"
  resource_group_name = "shop"
  sku                 = "PerGB2018"
  retention_in_days   = 31
  daily_quota_gb      = -1
}
