resource "azurerm_monitor_metric_alert" "snat" {
  name                = "snat"
  resource_group_name = "shop"
  scopes              = [var.lb]
  window_size         = "PT5M"
  criteria {
    metric_namespace = "Microsoft.Network/loadBalancers"
    metric_name      = "PacketDropCount"
    aggregation      = "Total"
    operator         = "GreaterThan"
    threshold        = 0

  }

  action {
    action_group_id = var.group
  }
}
variable "group" {}
variable "lb" {}
