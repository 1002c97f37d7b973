resource "azurerm_monitor_data_collection_rule_association" "ci" {
  name                    = "ContainerInsightsExtension"
  target_resource_id      = var.cluster
  data_collection_rule_id = var.rule
}
variable "rule" {}

variable "cluster" {}
