-- What touched-join.sql has said of the hours.
ALTER TABLE window_touched DELETE
WHERE cluster = {cluster:String} AND tick > 0 AND write <= {write:UInt64} AND (shard, hour_ms) IN {include attribution/whole-hours}
SETTINGS mutations_sync = 1
