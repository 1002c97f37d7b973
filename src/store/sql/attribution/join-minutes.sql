-- The same of what senders sent, by minutes.
INSERT INTO sender_minute
    (cluster, hour_ms, minute, tick, shard, generation, said, node, pod_uids, or_node,
    flows, bytes_out, bytes_in, first_begin_ms, last_begin_ms, first_last_ms, last_ms)
SELECT
    t.cluster, t.hour_ms, t.minute, 0, t.shard, {generation:UInt64}, t.said, t.node, t.pod_uids, t.or_node,
    sum(t.flows), sum(t.bytes_out), sum(t.bytes_in), min(t.first_begin_ms), max(t.last_begin_ms), min(t.first_last_ms), max(t.last_ms)
FROM sender_minute AS t
WHERE t.cluster = {cluster:String} AND t.hour_ms IN {w_hour:Array(Int64)}
    AND (t.shard, t.hour_ms, t.tick, t.generation) IN {include attribution/ticks-of}
GROUP BY t.cluster, t.hour_ms, t.minute, t.shard, t.said, t.node, t.pod_uids, t.or_node
