-- The nodes that may exist at this moment, by name.
SELECT DISTINCT node
FROM node_lease
WHERE cluster = {cluster:String} AND generation = {inventory:UInt64} AND may_from_ms <= {at_ms:Int64} AND may_until_ms > {at_ms:Int64} AND node != ''
ORDER BY node
