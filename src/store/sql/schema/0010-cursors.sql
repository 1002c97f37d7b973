-- Up to where an object of a remote source was read. It is here and not beside the store so that a copy of the store has no cursor without
-- its rows. Of several rows the last that was inserted counts; an older one costs a second reading, and nothing else.
CREATE TABLE cursor (
    cluster LowCardinality(String),
    -- The place that was read, such as the URL of a container.
    source LowCardinality(String),
    object String CODEC(ZSTD(3)),
    -- The beginning of the hour that the object tells of.
    at_ms Int64,
    position String CODEC(ZSTD(3))
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(fromUnixTimestamp64Milli(at_ms, 'UTC'))
ORDER BY (cluster, source, at_ms, object);
