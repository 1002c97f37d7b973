resource "azurerm_resource_group" "obs" {
  name     = "observability"
  location = "westeurope"
}

resource "azurerm_log_analytics_workspace" "ws" {
  name                = "aks-logs"
  location            = "northeurope"
  resource_group_name = azurerm_resource_group.obs.name
  sku                 = "PerGB2018"
  retention_in_days   = 30
}

resource "azurerm_kubernetes_cluster" "aks" {
  name                = "overlay"
  location            = azurerm_resource_group.obs.location
  resource_group_name = azurerm_resource_group.obs.name
  dns_prefix          = "overlay"

  default_node_pool {
    name                 = "system"
    vm_size              = "Standard_D4s_v5"
    auto_scaling_enabled = true
    min_count            = 60
    max_count            = 100
  }

  identity {
    type = "SystemAssigned"
  }

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
      extension_json = jsonencode({
        dataCollectionSettings = {
          interval               = "15s"
          namespaceFilteringMode = "Exclude"
          namespaces             = ["kube-system", "load-test"]
        }
      })
    }
  }
}

data "azurerm_lb" "aks" {
  name                = "kubernetes"
  resource_group_name = azurerm_kubernetes_cluster.aks.node_resource_group
}

# 80 % of the 64,000 ports that a node is said to have
resource "azurerm_monitor_metric_alert" "ports" {
  name                = "snat-ports"
  resource_group_name = azurerm_resource_group.obs.name
  scopes              = [data.azurerm_lb.aks.id]

  criteria {
    metric_namespace = "Microsoft.Network/loadBalancers"
    metric_name      = "UsedSnatPorts"
    aggregation      = "Average"
    operator         = "GreaterThan"
    threshold        = 51200
  }
}

resource "azurerm_nat_gateway" "out" {
  name                = "out"
  location            = azurerm_resource_group.obs.location
  resource_group_name = azurerm_resource_group.obs.name
}

resource "azurerm_monitor_metric_alert" "gateway_ports" {
  name                = "gateway-ports"
  resource_group_name = azurerm_resource_group.obs.name
  scopes              = [azurerm_nat_gateway.out.id]

  criteria {
    metric_namespace = "Microsoft.Network/natGateways"
    metric_name      = "UsedSnatPorts"
    aggregation      = "Average"
    operator         = "GreaterThan"
    threshold        = 51200

    dimension {
      name     = "BackendIPAddress"
      operator = "Include"
      values   = ["*"]
    }
  }
}

resource "azurerm_monitor_diagnostic_setting" "lb" {
  name                       = "snat-metrics"
  target_resource_id         = data.azurerm_lb.aks.id
  log_analytics_workspace_id = azurerm_log_analytics_workspace.ws.id

  enabled_metric {
    category = "AllMetrics"
  }
}

resource "azurerm_monitor_scheduled_query_rules_alert_v2" "used" {
  name                 = "snat-used"
  location             = azurerm_resource_group.obs.location
  resource_group_name  = azurerm_resource_group.obs.name
  scopes               = [azurerm_log_analytics_workspace.ws.id]
  evaluation_frequency = "PT5M"
  window_duration      = "PT5M"
  severity             = 2

  criteria {
    query                   = <<-KQL
      AzureMetrics
      | where MetricName == "UsedSnatPorts" and Average > 51200
    KQL
    time_aggregation_method = "Count"
    operator                = "GreaterThan"
    threshold               = 0
  }
}

resource "azurerm_monitor_scheduled_query_rules_alert_v2" "refused" {
  name                 = "snat-exhaustion"
  location             = azurerm_resource_group.obs.location
  resource_group_name  = azurerm_resource_group.obs.name
  scopes               = [azurerm_log_analytics_workspace.ws.id]
  evaluation_frequency = "PT5M"
  window_duration      = "PT15M"
  severity             = 2

  criteria {
    query                   = <<-KQL
      ContainerLogV2
      | where LogMessage has_any ("unable to bind to port", "connection refused")
    KQL
    time_aggregation_method = "Count"
    operator                = "GreaterThan"
    threshold               = 0
  }
}

resource "azurerm_monitor_scheduled_query_rules_alert_v2" "dns" {
  name                 = "dns-failures"
  description          = "Sporadic DNS resolution failures: SNAT port exhaustion"
  location             = azurerm_resource_group.obs.location
  resource_group_name  = azurerm_resource_group.obs.name
  scopes               = [azurerm_log_analytics_workspace.ws.id]
  evaluation_frequency = "PT5M"
  window_duration      = "PT15M"
  severity             = 2

  criteria {
    query                   = <<-KQL
      ContainerLogV2
      | where PodName startswith "coredns" and LogMessage has "SERVFAIL"
    KQL
    time_aggregation_method = "Count"
    operator                = "GreaterThan"
    threshold               = 0
  }
}

resource "azurerm_monitor_scheduled_query_rules_alert_v2" "flows" {
  name                 = "unknown-destination"
  location             = azurerm_resource_group.obs.location
  resource_group_name  = azurerm_resource_group.obs.name
  scopes               = [azurerm_log_analytics_workspace.ws.id]
  evaluation_frequency = "PT1H"
  window_duration      = "PT1H"
  severity             = 3

  criteria {
    query                   = <<-KQL
      AzureNetworkAnalytics_CL
      | where FlowDirection_s == "O"
    KQL
    time_aggregation_method = "Count"
    operator                = "GreaterThan"
    threshold               = 0
  }
}
