-- What Azure's own documents tell of how packets leave a cluster. Of two of one resource that counts which was written later; there is no time in them.
CREATE TABLE azure_resource
(
    cluster LowCardinality(String) CODEC(ZSTD(1)),
    type LowCardinality(String) CODEC(ZSTD(1)),
    -- Lower case; of a service tag its name.
    id String CODEC(ZSTD(1)),
    -- What is used of it, as JSON: core/egress/azure-resource.ts.
    told String CODEC(ZSTD(3)),
    object LowCardinality(String) CODEC(ZSTD(1)),
    write UInt64 CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(write) ORDER BY (cluster, type, id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
