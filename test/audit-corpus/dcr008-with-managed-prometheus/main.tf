resource "azurerm_log_analytics_workspace" "ws" {
  name                = "ws"
  location            = "westeurope"
  resource_group_name = "shop"
  sku                 = "PerGB2018"
  retention_in_days   = 31
}
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

  monitor_metrics {
  }
}
resource "azurerm_monitor_data_collection_rule" "ci" {
  name                = "MSCI-westeurope-shop"
  location            = "westeurope"
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
          namespaceFilteringMode = "Exclude"
          enableContainerLogV2   = true
          namespaces             = ["kube-system"]
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
resource "azurerm_monitor_workspace" "amw" {
  name                = "amw"
  location            = "westeurope"
  resource_group_name = "shop"
}
resource "azurerm_monitor_data_collection_endpoint" "dce" {
  name                = "dce"
  location            = "westeurope"
  resource_group_name = "shop"
}
resource "azurerm_monitor_data_collection_rule" "prom" {
  name                        = "MSProm-westeurope-shop"
  location                    = "westeurope"
  resource_group_name         = "shop"
  kind                        = "Linux"
  data_collection_endpoint_id = azurerm_monitor_data_collection_endpoint.dce.id

  destinations {
    monitor_account {
      name               = "amw"
      monitor_account_id = azurerm_monitor_workspace.amw.id
    }
  }

  data_flow {
    streams      = ["Microsoft-PrometheusMetrics"]
    destinations = ["amw"]
  }

  data_sources {
    prometheus_forwarder {
      name    = "prom"
      streams = ["Microsoft-PrometheusMetrics"]
    }
  }
}
resource "azurerm_monitor_data_collection_rule_association" "prom" {
  name                    = "MSProm"
  target_resource_id      = azurerm_kubernetes_cluster.aks.id
  data_collection_rule_id = azurerm_monitor_data_collection_rule.prom.id
}
