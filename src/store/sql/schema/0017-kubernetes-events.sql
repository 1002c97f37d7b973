-- What Kubernetes says of pods, nodes and the rest. An event that happens again is told again under its own name: of two that counts which was
-- written later, and only what tells of more is written.
CREATE TABLE kubernetes_event
(
    cluster LowCardinality(String) CODEC(ZSTD(1)),
    -- The uid; of sources that do not tell it, what the event is about.
    identity String CODEC(ZSTD(1)),
    uid String CODEC(ZSTD(1)),
    reason LowCardinality(String) CODEC(ZSTD(1)),
    type LowCardinality(String) CODEC(ZSTD(1)),
    kind LowCardinality(String) CODEC(ZSTD(1)),
    namespace LowCardinality(String) CODEC(ZSTD(1)),
    name String CODEC(ZSTD(1)),
    -- Empty where the source does not tell.
    node LowCardinality(String) CODEC(ZSTD(1)),
    message String CODEC(ZSTD(1)),
    count UInt32 CODEC(ZSTD(1)),
    first_ms Int64 CODEC(Delta, ZSTD(1)),
    last_ms Int64 CODEC(Delta, ZSTD(1)),
    component LowCardinality(String) CODEC(ZSTD(1)),
    object LowCardinality(String) CODEC(ZSTD(1)),
    write UInt64 CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(write) ORDER BY (cluster, identity)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
