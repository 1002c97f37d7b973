resource "azurerm_monitor_data_collection_rule" "ci" {
  name                = "MSCI-westeurope-shop"
  location            = "westeurope"
  resource_group_name = "shop"

  destinations {
    log_analytics {
      name                  = "ws"
      workspace_resource_id = var.workspace
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
variable "workspace" {}
module "monitoring" {
  source  = "registry.example/monitoring/azurerm"
  version = "1.0.0"
}
