-- Only where each has one row: else an older one might be left, and be in force again.
ALTER TABLE window_current DELETE
WHERE cluster = {cluster:String} AND tick > 0 AND (shard, hour_ms) IN {include attribution/whole-hours}
SETTINGS mutations_sync = 1
