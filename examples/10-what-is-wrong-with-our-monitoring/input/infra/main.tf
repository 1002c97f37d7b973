resource "azurerm_resource_group" "obs" {
  name     = "observability"
  location = "westeurope"
}

resource "azurerm_log_analytics_workspace" "ws" {
  name                = "aks-logs"
  location            = azurerm_resource_group.obs.location
  resource_group_name = azurerm_resource_group.obs.name
  sku                 = "PerGB2018"
  retention_in_days   = 30
}

resource "azurerm_kubernetes_cluster" "aks" {
  name                = "overlay"
  location            = azurerm_resource_group.obs.location
  resource_group_name = azurerm_resource_group.obs.name
  dns_prefix          = "overlay"

  network_profile {
    network_plugin      = "azure"
    network_plugin_mode = "overlay"
  }

  oms_agent {
    log_analytics_workspace_id = azurerm_log_analytics_workspace.ws.id
  }

  monitor_metrics {
    annotations_allowed = null
    labels_allowed      = null
  }
}

resource "azurerm_monitor_data_collection_rule" "ci" {
  name                = "MSCI-overlay"
  location            = azurerm_resource_group.obs.location
  resource_group_name = azurerm_resource_group.obs.name

  destinations {
    log_analytics {
      workspace_resource_id = azurerm_log_analytics_workspace.ws.id
      name                  = "ws"
    }
  }

  data_flow {
    streams      = ["Microsoft-ContainerInsights-Group-Default"]
    destinations = ["ws"]
  }

  data_sources {
    extension {
      name           = "ContainerInsightsExtension"
      extension_name = "ContainerInsights"
      streams        = ["Microsoft-ContainerInsights-Group-Default"]
    }
  }
}
