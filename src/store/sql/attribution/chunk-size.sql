-- Rows that each shard would bring into one statement.
SELECT shard, count() AS rows
FROM
(
    SELECT shard FROM flow_record WHERE cluster = {cluster:String} AND at_ms >= {from_ms:Int64} AND at_ms < {until_ms:Int64}
    UNION ALL
    SELECT shard FROM conntrack_event WHERE cluster = {cluster:String} AND at_ms >= {from_ms:Int64} AND at_ms < {until_ms:Int64}
)
GROUP BY shard
