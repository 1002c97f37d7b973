-- Lines that say begin or end alone, before the facts have them: what is left open must be known of, whatever a crash leaves.
INSERT INTO entry_reach (cluster, shard, tuple, teller, first_ms, made_ms, told_ms, gone_ms)
SELECT {cluster:String}, shard, tuple, teller, at_ms,
    multiIf(kind = 0, at_ms, started_ms > 0, started_ms, 9223372036854775807), if(kind = 2, 0, at_ms + 1), 0
FROM {staged:Identifier}
WHERE new_ago_ms < 0
