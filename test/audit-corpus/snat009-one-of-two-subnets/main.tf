resource "azurerm_kubernetes_cluster" "aks" {
  name                = "shop"
  location            = "westeurope"
  resource_group_name = "shop"
  dns_prefix          = "shop"

  default_node_pool {
    name           = "system"
    vm_size        = "Standard_D4s_v5"
    node_count     = 3
    vnet_subnet_id = azurerm_subnet.nodes.id
  }

  identity {
    type = "SystemAssigned"
  }

  network_profile {
    network_plugin      = "azure"
    network_plugin_mode = "overlay"
    outbound_type       = "loadBalancer"
  }
}
resource "azurerm_kubernetes_cluster_node_pool" "user" {
  name                  = "user"
  kubernetes_cluster_id = azurerm_kubernetes_cluster.aks.id
  vm_size               = "Standard_D4s_v5"
  node_count            = 2
  vnet_subnet_id        = azurerm_subnet.batch.id
}
resource "azurerm_virtual_network" "net" {
  name                = "net"
  location            = "westeurope"
  resource_group_name = "shop"
  address_space       = ["10.0.0.0/8"]
}
resource "azurerm_subnet" "nodes" {
  name                 = "nodes"
  resource_group_name  = "shop"
  virtual_network_name = azurerm_virtual_network.net.name
  address_prefixes     = ["10.1.0.0/16"]
}
resource "azurerm_subnet" "batch" {
  name                 = "batch"
  resource_group_name  = "shop"
  virtual_network_name = azurerm_virtual_network.net.name
  address_prefixes     = ["10.2.0.0/16"]
}
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
resource "azurerm_subnet_nat_gateway_association" "gw" {
  subnet_id      = azurerm_subnet.nodes.id
  nat_gateway_id = azurerm_nat_gateway.gw.id
}
