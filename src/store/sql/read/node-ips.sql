-- The addresses that a node of this name has or had, those of the newest first, IPv4 before IPv6.
SELECT ip
FROM node_lease
WHERE cluster = {cluster:String} AND generation = {inventory:UInt64} AND node = {node:String}
GROUP BY ip
ORDER BY max(may_until_ms) DESC, max(may_from_ms) DESC, ip
