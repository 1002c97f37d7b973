-- Which nodes are known to have had these addresses.
SELECT ip, groupUniqArray(node) AS nodes
FROM node_lease
WHERE cluster = {cluster:String} AND generation = {inventory:UInt64} AND ip IN (SELECT toIPv6(arrayJoin({ips:Array(String)})))
GROUP BY ip
