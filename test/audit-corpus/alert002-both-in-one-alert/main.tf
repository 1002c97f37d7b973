resource "azurerm_monitor_metric_alert" "snat" {
  name                = "snat"
  resource_group_name = "shop"
  scopes              = [azurerm_nat_gateway.gw.id, var.lb]
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
    action_group_id = var.group
  }
}
variable "group" {}
resource "azurerm_nat_gateway" "gw" {
  name                = "gw"
  location            = "westeurope"
  resource_group_name = "shop"
}
resource "azurerm_public_ip" "gw" {
  name                = "gw"
  location            = "westeurope"
  resource_group_name = "shop"
  allocation_method   = "Static"
  sku                 = "Standard"
}
resource "azurerm_nat_gateway_public_ip_association" "gw" {
  nat_gateway_id       = azurerm_nat_gateway.gw.id
  public_ip_address_id = azurerm_public_ip.gw.id
}
variable "lb" {}
