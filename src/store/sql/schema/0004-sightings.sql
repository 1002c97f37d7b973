-- What applications told of their calls. Sorted as attribution asks: an hour's calls to a destination. Those of one request are found
-- through sighting_id.

CREATE TABLE sighting
(
    cluster LowCardinality(String),
    kind Enum8('client' = 1, 'server' = 2, 'producer' = 3, 'consumer' = 4, 'internal' = 5, 'log' = 6, 'network' = 7),
    begin_ms Int64 CODEC(Delta, ZSTD(1)),
    -- Beyond the millisecond.
    begin_ns UInt32,
    until_ms Int64 CODEC(Delta, ZSTD(1)),
    pod_uid LowCardinality(String),
    namespace LowCardinality(String),
    pod LowCardinality(String),
    node LowCardinality(String),
    -- Addresses that were not told are `::`, ports 0.
    pod_ip IPv6,
    container LowCardinality(String),
    service LowCardinality(String),
    dest_ip IPv6,
    dest_port UInt16,
    dest_host LowCardinality(String),
    protocol UInt8,
    local_ip IPv6,
    local_port UInt16,
    client_ip IPv6,
    client_port UInt16,
    trace_id String CODEC(ZSTD(1)),
    span_id String CODEC(ZSTD(1)),
    parent_span_id String CODEC(ZSTD(1)),
    ids Array(String) CODEC(ZSTD(1)),
    text String CODEC(ZSTD(1)),
    status LowCardinality(String),
    result LowCardinality(String),
    -- Chance of having been recorded; 0: not told.
    probability Float64,
    redirected UInt8,
    times UInt32,
    format LowCardinality(String),
    object LowCardinality(String),
    -- A hash of all that it says: the same line of two files is one sighting.
    identity UInt64 CODEC(NONE),
    PROJECTION told (SELECT cluster, format, count(), min(begin_ms), max(begin_ms) GROUP BY cluster, format)
)
ENGINE = MergeTree
PARTITION BY toYYYYMMDD(fromUnixTimestamp64Milli(begin_ms, 'UTC'))
ORDER BY (cluster, intDiv(begin_ms, 3600000), dest_ip, dest_port, node, pod, begin_ms)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- Which sightings carry an id: a row for each trace id and correlation id of each. Written before them, so that none is there unfound.
CREATE TABLE sighting_id
(
    cluster LowCardinality(String),
    id String CODEC(ZSTD(1)),
    begin_ms Int64 CODEC(ZSTD(1)),
    identity UInt64 CODEC(NONE)
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMMDD(fromUnixTimestamp64Milli(begin_ms, 'UTC'))
ORDER BY (cluster, id, begin_ms, identity)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
