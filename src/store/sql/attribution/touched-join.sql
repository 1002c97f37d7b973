-- Touches of ticks of hours that are answered as one, as touches of the hours.
INSERT INTO window_touched (cluster, shard, hour_ms, tick, write)
SELECT {cluster:String}, shard, hour_ms, 0, max(write)
FROM window_touched
WHERE cluster = {cluster:String} AND tick > 0 AND write <= {write:UInt64} AND (shard, hour_ms) IN {include attribution/whole-hours}
GROUP BY shard, hour_ms
