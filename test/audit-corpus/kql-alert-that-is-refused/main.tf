resource "azurerm_monitor_scheduled_query_rules_alert_v2" "a" {
  name                 = "flows"
  location             = "westeurope"
  resource_group_name  = "shop"
  scopes               = [var.scope]
  evaluation_frequency = "PT15M"
  window_duration      = "PT1H"
  severity             = 2

  criteria {
    query                   = <<-EOT
      NTANetAnalytics
      | where SubType == "FlowLog" and FlowState == "Denied"
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
