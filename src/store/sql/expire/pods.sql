-- What of the pods need not be kept: all that was said of one that held no address any more, and was heard of no more, when what is kept
-- begins; of the others what was said before then again and again, between the first and the last time. {spared}: pods of which all is kept.
INSERT INTO pod_expired
WITH
    held AS
    (
        SELECT pod_uid FROM pod_lease
        WHERE cluster = {cluster:String} AND generation = {inventory:UInt64} AND may_until_ms >= {from_ms:Int64}
    ),
    watches AS
    (
        SELECT DISTINCT object FROM inventory_look
        WHERE cluster = {cluster:String} AND of = 'pods' AND kind IN ('watch', 'watching') AND until_ms >= {from_ms:Int64}
    ),
    -- That a watch saw all pods is told by those that it showed (inventory/watched.sql).
    showing AS
    (
        SELECT argMax(uid, at_ms) FROM pod_seen
        WHERE cluster = {cluster:String} AND object IN (SELECT object FROM watches)
        GROUP BY object, namespace = 'kube-system'
    ),
    gone AS
    (
        SELECT uid FROM pod_seen
        WHERE cluster = {cluster:String} AND uid NOT IN (SELECT pod_uid FROM held) AND uid NOT IN (SELECT * FROM showing)
        GROUP BY uid
        HAVING max(at_ms) < {from_ms:Int64}
    ),
    first_and_last AS
    (
        SELECT uid, arrayJoin([min(at_ms), max(at_ms)]) AS edge_ms FROM pod_seen
        WHERE cluster = {cluster:String} AND at_ms < {from_ms:Int64}
        GROUP BY uid, event, ips, host_ips, host_network, node, namespace, name, workload_kind, workload_name, phase, terminating,
            created_ms, accepted_ms, started_ms, finished_ms, deletion_asked_ms
    )
SELECT cluster, uid, at_ms, object
FROM pod_seen
WHERE cluster = {cluster:String} AND at_ms < {from_ms:Int64} AND NOT has({spared:Array(String)}, uid)
    AND (uid IN (SELECT uid FROM gone)
        OR (object NOT IN (SELECT object FROM watches) AND (uid, at_ms) NOT IN (SELECT uid, edge_ms FROM first_and_last)))
