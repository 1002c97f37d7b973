resource "azurerm_log_analytics_workspace_table" "t" {
  workspace_id = var.workspace
  name         = "ContainerLogV2"
  plan         = "Basic"
}
resource "azurerm_monitor_scheduled_query_rules_alert_v2" "a" {
  name                 = "flows"
  location             = "westeurope"
  resource_group_name  = "shop"
  scopes               = [var.scope]
  evaluation_frequency = "PT15M"
  window_duration      = "PT3H"
  severity             = 2

  criteria {
    query                   = <<-EOT
      // as ContainerLogV2 has it
      KubeEvents
      | where Reason == "OOMKilling"
    EOT
    time_aggregation_method = "Count"
    operator                = "GreaterThan"
    threshold               = 0
  }

  action {
    action_groups = [var.group]
  }
}
variable "scope" {}

variable "group" {}
variable "workspace" {}
