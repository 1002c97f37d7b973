ALTER TABLE {table:Identifier} DELETE
WHERE cluster = {cluster:String}
    AND (shard, hour_ms, tick, generation) NOT IN
        (SELECT shard, hour_ms, tick, generation FROM window_current FINAL WHERE cluster = {cluster:String})
SETTINGS mutations_sync = 1
