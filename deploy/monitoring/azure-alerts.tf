# Alerts of Azure itself on SNAT ports, beside the rules of Prometheus. A metric alert has no ratio: the threshold is 80 % of what a node is allocated, so it has to be
# the allocation of the pool as it is now. `unmasq snat` says what that is; a change of `ports_per_node`, or of a step of the default table, is a change here.

variable "resource_group_name" {
  type        = string
  description = "Where the alerts are kept."
}

variable "load_balancer_id" {
  type        = string
  default     = null
  description = "The load balancer of the cluster (in the MC_ resource group); null where the cluster leaves through something else."
}

variable "nat_gateway_id" {
  type        = string
  default     = null
  description = "The NAT gateway of the nodes' subnet; null where there is none."
}

variable "ports_per_node" {
  type        = number
  default     = 1024
  description = "Ports that the load balancer allocates to each node: by default 1024 up to 50 nodes, 512 up to 100, 256 up to 200, 128 up to 400, 64 up to 800, 32 above, times its outbound addresses, but never more than 1024."
  validation {
    condition     = var.ports_per_node % 8 == 0 && var.ports_per_node > 0
    error_message = "A load balancer allocates ports in multiples of 8."
  }
}

variable "action_group_id" {
  type        = string
  description = "Who is told."
}

resource "azurerm_monitor_metric_alert" "snat_connections_failed" {
  count               = var.load_balancer_id == null ? 0 : 1
  name                = "snat-connections-failed"
  resource_group_name = var.resource_group_name
  scopes              = [var.load_balancer_id]
  description         = "Connections failed for want of a SNAT port. Who eats the ports: unmasq snat ledger --since 15m"
  severity            = 1
  frequency           = "PT1M"
  window_size         = "PT5M"

  criteria {
    metric_namespace = "Microsoft.Network/loadBalancers"
    metric_name      = "SnatConnectionCount"
    aggregation      = "Total"
    operator         = "GreaterThan"
    threshold        = 0

    dimension {
      name     = "ConnectionState"
      operator = "Include"
      values   = ["Failed"]
    }
  }

  action {
    action_group_id = var.action_group_id
  }
}

resource "azurerm_monitor_metric_alert" "snat_ports_nearly_used" {
  count               = var.load_balancer_id == null ? 0 : 1
  name                = "snat-ports-nearly-used"
  resource_group_name = var.resource_group_name
  scopes              = [var.load_balancer_id]
  description         = "A node uses 80 % of its SNAT ports. unmasq snat --since 1h"
  severity            = 2
  frequency           = "PT1M"
  window_size         = "PT5M"

  criteria {
    metric_namespace = "Microsoft.Network/loadBalancers"
    metric_name      = "UsedSnatPorts"
    aggregation      = "Average"
    operator         = "GreaterThanOrEqual"
    threshold        = floor(0.8 * var.ports_per_node)

    # Each node and protocol by itself: added up they would say nothing of any of them.
    dimension {
      name     = "BackendIPAddress"
      operator = "Include"
      values   = ["*"]
    }

    dimension {
      name     = "ProtocolType"
      operator = "Include"
      values   = ["*"]
    }
  }

  action {
    action_group_id = var.action_group_id
  }
}

# A NAT gateway has no UsedSnatPorts: an alert on it would never fire.
resource "azurerm_monitor_metric_alert" "nat_gateway_connections_failed" {
  count               = var.nat_gateway_id == null ? 0 : 1
  name                = "nat-gateway-connections-failed"
  resource_group_name = var.resource_group_name
  scopes              = [var.nat_gateway_id]
  description         = "Connections failed at the NAT gateway for want of a port."
  severity            = 1
  frequency           = "PT1M"
  window_size         = "PT5M"

  criteria {
    metric_namespace = "Microsoft.Network/natGateways"
    metric_name      = "SNATConnectionCount"
    aggregation      = "Total"
    operator         = "GreaterThan"
    threshold        = 0

    dimension {
      name     = "ConnectionState"
      operator = "Include"
      values   = ["Failed"]
    }
  }

  action {
    action_group_id = var.action_group_id
  }
}

resource "azurerm_monitor_metric_alert" "nat_gateway_unavailable" {
  count               = var.nat_gateway_id == null ? 0 : 1
  name                = "nat-gateway-unavailable"
  resource_group_name = var.resource_group_name
  scopes              = [var.nat_gateway_id]
  description         = "The NAT gateway passes less than 90 % of what it is sent."
  severity            = 1
  frequency           = "PT5M"
  window_size         = "PT15M"

  criteria {
    metric_namespace = "Microsoft.Network/natGateways"
    metric_name      = "DatapathAvailability"
    aggregation      = "Average"
    operator         = "LessThan"
    threshold        = 90
  }

  action {
    action_group_id = var.action_group_id
  }
}
