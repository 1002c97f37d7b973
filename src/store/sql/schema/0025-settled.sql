-- What senders sent by flows that are no longer kept (docs/decisions/0060): as the flows said it when they went. Nothing answers it anew. A row counts in the hour and the minute
-- in which its flows had their last record, so what ended on one day is one partition. Of each sender there is the verdict as the rates had it by then.

CREATE TABLE settled_minute
(
    cluster LowCardinality(String) CODEC(ZSTD(1)),
    hour_ms Int64 CODEC(ZSTD(1)),
    minute UInt8 CODEC(ZSTD(1)),
    shard UInt8 CODEC(ZSTD(1)),
    verdict Enum8('exact' = 1, 'probable' = 2, 'ambiguous' = 3, 'relayed' = 4, 'node' = 5, 'unattributed' = 6) CODEC(ZSTD(1)),
    node LowCardinality(String) CODEC(ZSTD(1)),
    -- The one that sent, or its workload where that is probable; empty where no one pod is named.
    pod_uids Array(LowCardinality(String)) CODEC(ZSTD(1)),
    -- Of what was summed up there are parts.
    flows Float64 CODEC(ZSTD(1)),
    bytes_out Float64 CODEC(ZSTD(1)),
    bytes_in Float64 CODEC(ZSTD(1)),
    -- As in `flow_total`.
    first_begin_ms Int64 CODEC(T64('bit'), ZSTD(1)),
    last_begin_ms Int64 CODEC(T64('bit'), ZSTD(1)),
    first_last_ms Int64 CODEC(T64('bit'), ZSTD(1)),
    last_ms Int64 CODEC(T64('bit'), ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMMDD(fromUnixTimestamp64Milli(hour_ms, 'UTC'))
ORDER BY (cluster, hour_ms, minute, verdict, node, pod_uids)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE settled_hour
(
    cluster LowCardinality(String) CODEC(ZSTD(1)),
    hour_ms Int64 CODEC(ZSTD(1)),
    shard UInt8 CODEC(ZSTD(1)),
    verdict Enum8('exact' = 1, 'probable' = 2, 'ambiguous' = 3, 'relayed' = 4, 'node' = 5, 'unattributed' = 6) CODEC(ZSTD(1)),
    node LowCardinality(String) CODEC(ZSTD(1)),
    pod_uids Array(LowCardinality(String)) CODEC(ZSTD(1)),
    flows Float64 CODEC(ZSTD(1)),
    bytes_out Float64 CODEC(ZSTD(1)),
    bytes_in Float64 CODEC(ZSTD(1)),
    first_begin_ms Int64 CODEC(T64('bit'), ZSTD(1)),
    last_begin_ms Int64 CODEC(T64('bit'), ZSTD(1)),
    first_last_ms Int64 CODEC(T64('bit'), ZSTD(1)),
    last_ms Int64 CODEC(T64('bit'), ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMMDD(fromUnixTimestamp64Milli(hour_ms, 'UTC'))
ORDER BY (cluster, hour_ms, verdict, node, pod_uids)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- Who the pods were that these name: the inventory forgets them sooner. `until_ms`: up to when it may have been there.
CREATE TABLE settled_pod
(
    cluster LowCardinality(String),
    pod_uid String,
    namespace LowCardinality(String),
    pod String,
    workload_kind LowCardinality(String),
    workload_name String,
    until_ms Int64
)
ENGINE = ReplacingMergeTree(until_ms)
ORDER BY (cluster, pod_uid)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
