resource "azurerm_nat_gateway" "gw" {
  name                    = "gw"
  location                = "westeurope"
  resource_group_name     = "shop"
  idle_timeout_in_minutes = 121
}
resource "azurerm_public_ip" "gw" {
  name                = "gw"
  location            = "westeurope"
  resource_group_name = "shop"
  allocation_method   = "Static"
  sku                 = "Standard"
}
resource "azurerm_nat_gateway_public_ip_association" "gw" {
  nat_gateway_id       = azurerm_nat_gateway.gw.id
  public_ip_address_id = azurerm_public_ip.gw.id
}
