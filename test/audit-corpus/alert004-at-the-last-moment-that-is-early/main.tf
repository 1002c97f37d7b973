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

  network_profile {
    network_plugin      = "azure"
    network_plugin_mode = "overlay"
    outbound_type       = "loadBalancer"

    load_balancer_profile {
      managed_outbound_ip_count = 1
      outbound_ports_allocated  = 1000
    }
  }
}
data "azurerm_lb" "aks" {
  name                = "kubernetes"
  resource_group_name = azurerm_kubernetes_cluster.aks.node_resource_group
}
resource "azurerm_monitor_metric_alert" "snat" {
  name                = "snat"
  resource_group_name = "shop"
  scopes              = [data.azurerm_lb.aks.id]
  window_size         = "PT5M"
  criteria {
    metric_namespace = "Microsoft.Network/loadBalancers"
    metric_name      = "UsedSnatPorts"
    aggregation      = "Average"
    operator         = "GreaterThanOrEqual"
    threshold        = 950
    dimension {
      name     = "BackendIPAddress"
      operator = "Include"
      values   = ["*"]
    }
  }

  action {
    action_group_id = var.group
  }
}
variable "group" {}
