resource "azurerm_kubernetes_cluster" "aks" {
  name                = "shop"
  location            = "westeurope"
  resource_group_name = "shop"
  dns_prefix          = "shop"

  identity {
    type = "SystemAssigned"
  }
}
