-- Ticks of hours that are answered as one, and how many rows they have.
SELECT count() AS rows, uniqExact(shard, hour_ms, tick) AS ticks
FROM window_current
WHERE cluster = {cluster:String} AND tick > 0 AND (shard, hour_ms) IN {include attribution/whole-hours}
