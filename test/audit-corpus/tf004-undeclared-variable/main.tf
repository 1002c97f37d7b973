resource "azurerm_kubernetes_cluster" "aks" {
  name                = "shop"
  location            = var.regoin
  resource_group_name = "shop"
  dns_prefix          = "shop"

  default_node_pool {
    name       = "system"
    vm_size    = "Standard_D4s_v5"
    node_count = 3
  }

  identity {
    type = "SystemAssigned"
  }
}
variable "region" {
  default = "westeurope"
}
