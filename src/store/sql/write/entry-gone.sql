-- Lines by which entries went, after the facts have them: a crash between leaves open what is gone, which costs a look in vain.
INSERT INTO entry_reach (cluster, shard, tuple, teller, first_ms, made_ms, told_ms, gone_ms)
SELECT {cluster:String}, shard, tuple, teller, at_ms, 9223372036854775807, 0, at_ms
FROM {staged:Identifier}
WHERE new_ago_ms < 0 AND kind = 2
