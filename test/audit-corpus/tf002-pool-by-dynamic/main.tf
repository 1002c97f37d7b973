resource "azurerm_kubernetes_cluster" "aks" {
  name                = "shop"
  location            = "westeurope"
  resource_group_name = "shop"
  dns_prefix          = "shop"

  dynamic "default_node_pool" {
    for_each = var.pools
    content {
      name    = default_node_pool.value
      vm_size = "Standard_D4s_v5"
    }
  }

  identity {
    type = "SystemAssigned"
  }
}
variable "pools" {}
