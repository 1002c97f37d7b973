ALTER TABLE {table:Identifier} DELETE
WHERE cluster = {cluster:String}
    AND (shard, hour_ms, generation) NOT IN
        (SELECT shard, hour_ms, generation FROM window_current FINAL WHERE cluster = {cluster:String})
SETTINGS mutations_sync = 1
