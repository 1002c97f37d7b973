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
resource "azurerm_nat_gateway_public_ip_association" "gw" {
  nat_gateway_id       = var.gateway
  public_ip_address_id = azurerm_public_ip.gw.id
}
variable "gateway" {}
