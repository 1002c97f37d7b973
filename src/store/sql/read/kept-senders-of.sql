-- Of the roll-ups of senders the rows in force that were alive in the interval and that the rates may not name.
AND last_ms >= {from_ms:Int64} AND first_begin_ms < {until_ms:Int64}
AND said NOT IN ('no-translation', 'translation-uncertain', 'conntrack-gap', 'windows-node')
AND (shard, hour_ms, tick, generation) IN
    (SELECT shard, hour_ms, tick, max(generation) FROM window_current WHERE cluster = {cluster:String} GROUP BY shard, hour_ms, tick)
AND has({verdicts:Array(String)}, toString(verdict)) -- if verdicts
AND has({nodes:Array(String)}, node) -- if nodes
