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
    log_analytics_workspace_id      = azurerm_log_analytics_workspace.ws.id
    msi_auth_for_monitoring_enabled = true
  }
}
resource "azurerm_log_analytics_workspace" "ws" {
  name                = "ws"
  location            = "northeurope"
  resource_group_name = "shop"
  sku                 = "PerGB2018"
  retention_in_days   = 31
}
resource "azurerm_monitor_data_collection_rule" "ci" {
  name                = "MSCI-westeurope-shop"
  location            = var.region
  resource_group_name = "shop"

  destinations {
    log_analytics {
      name                  = "ws"
      workspace_resource_id = azurerm_log_analytics_workspace.ws.id
    }
  }

  data_flow {
    streams      = ["Microsoft-KubePodInventory", "Microsoft-ContainerLogV2"]
    destinations = ["ws"]
  }

  data_sources {
    extension {
      name           = "ContainerInsightsExtension"
      extension_name = "ContainerInsights"
      streams        = ["Microsoft-KubePodInventory", "Microsoft-ContainerLogV2"]
      extension_json = jsonencode({
        dataCollectionSettings = {
          interval               = "1m"
          namespaceFilteringMode = "Off"
          enableContainerLogV2   = true
        }
      })
    }
  }
}
resource "azurerm_monitor_data_collection_rule_association" "ci" {
  name                    = "ContainerInsightsExtension"
  target_resource_id      = azurerm_kubernetes_cluster.aks.id
  data_collection_rule_id = azurerm_monitor_data_collection_rule.ci.id
}
variable "region" {}
