-- Whose conntrack each object is: the nodes with the addresses that it translates to.
SELECT t.object AS object, groupUniqArray(n.node) AS nodes
FROM (SELECT object, ip FROM conntrack_teller WHERE cluster = {cluster:String}) AS t
INNER JOIN (SELECT ip, node FROM node_lease WHERE cluster = {cluster:String} AND generation = {inventory:UInt64}) AS n ON n.ip = t.ip
GROUP BY object
