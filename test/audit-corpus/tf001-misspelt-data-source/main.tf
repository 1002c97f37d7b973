data "azurerm_kubernetes_cluster" "watched" {
  name                = "shop"
  resource_group_nam = "shop"
}

data "azurerm_lb" "outbound" {
  name                = "kubernetes"
  resource_group_name = "MC_shop"
}
