-- What late evidence changed. A window is answered anew as a generation of its own (window_current); where it had an answer before, the
-- two are compared. Both tables are written before the new generation comes into force, so a killed pass leaves rows that never did:
-- of all that replaced one answer the newest row of window_reopened counts, once its generation is in force (read/reopened.sql).

-- A window whose answer changed, or that a killed pass said so of.
CREATE TABLE window_reopened
(
    cluster LowCardinality(String),
    shard UInt8,
    hour_ms Int64,
    -- The generation of the answer that was replaced.
    before UInt64,
    generation UInt64,
    -- When, by the clock of who wrote it.
    at_ms Int64,
    -- Flows of the answer before: those that moved, those that are no more, and the rest, of which the same is said.
    flows UInt64,
    moved UInt64,
    gone UInt64
)
ENGINE = ReplacingMergeTree(generation)
ORDER BY (cluster, shard, hour_ms, before)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- A flow of which something else is said than before: another verdict, or another pod.
CREATE TABLE verdict_change
(
    cluster LowCardinality(String) CODEC(ZSTD(1)),
    generation UInt64 CODEC(T64, ZSTD(1)),
    shard UInt8 CODEC(ZSTD(1)),
    hour_ms Int64 CODEC(Delta, ZSTD(1)),
    before UInt64 CODEC(T64, ZSTD(1)),
    -- The flow as it is now.
    tuple UInt64 CODEC(NONE),
    begin_ms Int64 CODEC(Delta, ZSTD(1)),
    verdict_before LowCardinality(String) CODEC(ZSTD(1)),
    reason_before LowCardinality(String) CODEC(ZSTD(1)),
    -- The pod that the verdict named; empty where it named none.
    uid_before LowCardinality(String) CODEC(ZSTD(1)),
    verdict_after LowCardinality(String) CODEC(ZSTD(1)),
    reason_after LowCardinality(String) CODEC(ZSTD(1)),
    uid_after LowCardinality(String) CODEC(ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (cluster, generation, shard, hour_ms)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
