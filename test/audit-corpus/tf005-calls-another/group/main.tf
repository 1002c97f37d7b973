resource "azurerm_resource_group" "shop" {
  name     = "shop"
  location = "westeurope"
}
