-- Windows of which neither facts nor flows are left.
ALTER TABLE {table:Identifier} DELETE
WHERE hour_ms < {records_from_ms:Int64}
    AND (cluster, shard, hour_ms) NOT IN (SELECT cluster, shard, hour_ms FROM flow_total WHERE hour_ms < {records_from_ms:Int64})
SETTINGS mutations_sync = 1
