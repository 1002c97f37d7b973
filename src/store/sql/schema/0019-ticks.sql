-- An hour that is still being told is answered by ticks of five seconds, so that a pass does not answer all of it anew: `tick` is one more than the
-- ticks of the hour before it; 0: the hour as a whole. When the hour is over its ticks are brought together (attribution/join-flows.sql).
ALTER TABLE window_touched ADD COLUMN IF NOT EXISTS tick UInt16 AFTER hour_ms, MODIFY ORDER BY (cluster, shard, hour_ms, tick);
ALTER TABLE window_current ADD COLUMN IF NOT EXISTS tick UInt16 AFTER hour_ms, MODIFY ORDER BY (cluster, shard, hour_ms, tick);
ALTER TABLE window_reopened ADD COLUMN IF NOT EXISTS tick UInt16 AFTER hour_ms, MODIFY ORDER BY (cluster, shard, hour_ms, before, tick);
ALTER TABLE verdict_change ADD COLUMN IF NOT EXISTS tick UInt16 CODEC(ZSTD(1)) AFTER hour_ms;
ALTER TABLE flow ADD COLUMN IF NOT EXISTS tick UInt16 CODEC(ZSTD(1)) AFTER shard;
ALTER TABLE flow_total ADD COLUMN IF NOT EXISTS tick UInt16 CODEC(ZSTD(1)) AFTER hour_ms;
