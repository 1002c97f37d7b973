-- The last write of sightings that bear on the flows of a day. Verdicts rest on none; how the rest is graded does.
CREATE TABLE sighting_day
(
    cluster LowCardinality(String),
    day_ms Int64,
    write SimpleAggregateFunction(max, UInt64)
)
ENGINE = AggregatingMergeTree
ORDER BY (cluster, day_ms)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
