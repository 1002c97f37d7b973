-- What Traffic Analytics sums up becomes rows of `flow`, each of which stands for many flows.

-- How many flows a row stands for.
ALTER TABLE flow ADD COLUMN IF NOT EXISTS flows UInt32 DEFAULT 1 CODEC(ZSTD(1));

-- `observed_by` 4: Traffic Analytics. It tells no source port: nothing can be said of translations.
ALTER TABLE flow MODIFY COLUMN reason String
        ALIAS multiIf(toInt8(said) <= 3, '', observed_by = 4 AND said = 'no-translation', 'aggregated', splitByString(' by ', toString(said))[1]);

ALTER TABLE flow_aggregate ADD COLUMN IF NOT EXISTS shard UInt8 MATERIALIZED {include write/shard-of};

-- Those that were read before verdicts were given on them.
INSERT INTO window_touched (cluster, shard, hour_ms, write)
SELECT DISTINCT cluster, shard, intDiv(until_ms, 3600000) * 3600000 AS hour_ms,
    (SELECT greatest((SELECT max(write) FROM write_log), (SELECT max(write) FROM window_touched), (SELECT max(generation) FROM window_current)) + 1) AS write
FROM flow_aggregate;
