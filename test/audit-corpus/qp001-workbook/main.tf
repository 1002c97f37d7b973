resource "azurerm_log_analytics_workspace" "ws" {
  name                = "ws"
  location            = "westeurope"
  resource_group_name = "shop"
  sku                 = "PerGB2018"
  retention_in_days   = 31
}
resource "azurerm_application_insights_workbook" "w" {
  name                = "85b3e8bb-fc93-40be-83f2-98f6bec18ba0"
  resource_group_name = "shop"
  location            = "westeurope"
  display_name        = "ports"
  data_json           = "{}"
}
