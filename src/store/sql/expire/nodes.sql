-- The same of nodes.
INSERT INTO node_expired
WITH
    held AS
    (
        SELECT node_uid FROM node_lease
        WHERE cluster = {cluster:String} AND generation = {inventory:UInt64} AND may_until_ms >= {from_ms:Int64}
    ),
    gone AS
    (
        SELECT uid FROM node_seen
        WHERE cluster = {cluster:String} AND uid NOT IN (SELECT node_uid FROM held)
        GROUP BY uid
        HAVING max(at_ms) < {from_ms:Int64}
    ),
    first_and_last AS
    (
        SELECT uid, arrayJoin([min(at_ms), max(at_ms)]) AS edge_ms FROM node_seen
        WHERE cluster = {cluster:String} AND at_ms < {from_ms:Int64}
        GROUP BY uid, event, ips, name, pod_cidr_first, pod_cidr_last, os, created_ms
    )
SELECT cluster, uid, at_ms, object
FROM node_seen
WHERE cluster = {cluster:String} AND at_ms < {from_ms:Int64}
    AND (uid IN (SELECT uid FROM gone) OR (uid, at_ms) NOT IN (SELECT uid, edge_ms FROM first_and_last))
