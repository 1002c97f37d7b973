-- How many rows of `flow` are of a generation that is not in force.
SELECT
    countIf((shard, hour_ms, tick, generation) NOT IN
        (SELECT shard, hour_ms, tick, generation FROM window_current FINAL WHERE cluster = {cluster:String})) AS stale,
    count() AS all
FROM flow
WHERE cluster = {cluster:String}
