resource "azurerm_kubernetes_cluster" "aks" {
  name                = "shop"
  location            = "westeurope"
  resource_group_name = "shop"
  dns_prefix          = "shop"

  default_node_pool {
    name       = "system"
    vm_size    = "Standard_D4s_v5"
    node_count = 3

    linux_os_config {
      sysctl_config {
        net_ipv4_ip_local_port_range_min = 32769
        net_ipv4_ip_local_port_range_max = 60999
      }
    }
  }

  identity {
    type = "SystemAssigned"
  }
}
