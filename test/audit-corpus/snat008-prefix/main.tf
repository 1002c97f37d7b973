resource "azurerm_nat_gateway" "gw" {
  name                = "gw"
  location            = "westeurope"
  resource_group_name = "shop"
}
resource "azurerm_public_ip_prefix" "gw" {
  name                = "gw"
  location            = "westeurope"
  resource_group_name = "shop"
  prefix_length       = 30
}
resource "azurerm_nat_gateway_public_ip_prefix_association" "gw" {
  nat_gateway_id      = azurerm_nat_gateway.gw.id
  public_ip_prefix_id = azurerm_public_ip_prefix.gw.id
}
