/** Families of resources that rules look at; of all others only the names of their arguments are. */
const LOOKED_AT = [
  /^azapi_/,
  /^kube(?:ctl|rnetes)_/,
  /^azurerm_(?:application_insights|firewall|kubernetes_cluster|log_analytics|monitor|nat_gateway|network_security_group|network_watcher)/,
  /^azurerm_(?:public_ip|role_assignment|storage_account|storage_management_policy|subnet|virtual_network)/,
];

export const isLookedAt = (type: string): boolean => LOOKED_AT.some((family) => family.test(type));
