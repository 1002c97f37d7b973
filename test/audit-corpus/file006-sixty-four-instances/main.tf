resource "azurerm_subnet" "pods" {
  count                = 64
  name                 = "pods-${count.index}"
  resource_group_name  = "shop"
  virtual_network_name = "shop"
  address_prefixes     = ["10.${count.index}.0.0/16"]
}
