resource "azurerm_log_analytics_workspace" "ws" {
  name                = "ws"
  location            = "westeurope"
  resource_group_name = "shop"
  sku                 = "PerGB2018"
  retention_in_days   = 31
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
          namespaceFilteringMode = "Off"
          enableContainerLogV2   = true
        }
      })
    }
  }
}
resource "azurerm_monitor_data_collection_rule_association" "ci" {
  name                    = "ContainerInsightsExtension"
  target_resource_id      = var.cluster
  data_collection_rule_id = azurerm_monitor_data_collection_rule.ci.id
}
variable "cluster" {}
resource "azurerm_log_analytics_query_pack" "pack" {
  name                = "pack"
  location            = "westeurope"
  resource_group_name = "shop"
}
resource "azurerm_log_analytics_query_pack_query" "q" {
  query_pack_id = azurerm_log_analytics_query_pack.pack.id
  display_name  = "pods"
  body          = "KubePodInventory | take 10"
}
resource "azurerm_monitor_data_collection_rule" "metrics" {
  name                = "perf"
  location            = "westeurope"
  resource_group_name = "shop"

  destinations {
    log_analytics {
      name                  = "ws"
      workspace_resource_id = azurerm_log_analytics_workspace.ws.id
    }
  }

  data_flow {
    streams      = ["Microsoft-Perf"]
    destinations = ["ws"]
  }

  data_sources {
    performance_counter {
      name                          = "perf"
      streams                       = ["Microsoft-Perf"]
      sampling_frequency_in_seconds = 60
      counter_specifiers            = ["Processor(*)\\% Processor Time"]
    }
  }
}
