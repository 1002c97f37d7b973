resource "azurerm_kubernetes_cluster" "aks" {
  name                = "shop"
  location            = "westeurope"
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

  oms_agent {
    log_analytics_workspace_id      = var.workspace
    msi_auth_for_monitoring_enabled = false
  }
}
variable "workspace" {}
