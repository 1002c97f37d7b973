-- Platform metrics of Azure: ports of load balancers by backend, connections of NAT gateways. The last minutes are revised for a while: of what
-- is told twice that counts which was asked for last.
CREATE TABLE metric_sample
(
    cluster LowCardinality(String) CODEC(ZSTD(1)),
    -- The id of the Azure resource, lower case.
    resource LowCardinality(String) CODEC(ZSTD(1)),
    metric LowCardinality(String) CODEC(ZSTD(1)),
    -- average, minimum, maximum, total or count of the interval.
    aggregation LowCardinality(String) CODEC(ZSTD(1)),
    -- `backendipaddress=10.224.0.4`, sorted; names in lower case.
    dimensions Array(LowCardinality(String)) CODEC(ZSTD(1)),
    -- The interval begins then; 0: how long it is is not told.
    at_ms Int64 CODEC(Delta, ZSTD(1)),
    interval_ms Int64 CODEC(ZSTD(1)),
    value Float64 CODEC(ZSTD(1)),
    -- Up to when was asked, which is about when; 0: not told.
    told_ms Int64 CODEC(T64, ZSTD(1)),
    object LowCardinality(String) CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(told_ms)
PARTITION BY toYYYYMMDD(fromUnixTimestamp64Milli(at_ms, 'UTC'))
ORDER BY (cluster, resource, metric, aggregation, dimensions, at_ms, interval_ms)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
