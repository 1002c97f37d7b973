resource "azurerm_nat_gateway" "gw" {
  name                = "gw"
  location            = "westeurope"
  resource_group_name = "shop"
}
resource "azurerm_public_ip" "gw" {
  name                = "gw"
  location            = "westeurope"
  resource_group_name = "shop"
  allocation_method   = "Static"
  sku                 = "Standard"
}
