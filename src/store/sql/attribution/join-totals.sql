-- The same of what is counted together.
INSERT INTO flow_total
    (cluster, dest_ip, hour_ms, tick, dest_port, protocol, shard, generation, said, node, pod_uids, or_node,
    flows, bytes_out, bytes_in, first_begin_ms, last_begin_ms, first_last_ms, last_ms)
SELECT
    t.cluster, t.dest_ip, t.hour_ms, 0, t.dest_port, t.protocol, t.shard, {generation:UInt64}, t.said, t.node, t.pod_uids, t.or_node,
    sum(t.flows), sum(t.bytes_out), sum(t.bytes_in), min(t.first_begin_ms), max(t.last_begin_ms), min(t.first_last_ms), max(t.last_ms)
FROM flow_total AS t
WHERE t.cluster = {cluster:String} AND t.hour_ms IN {w_hour:Array(Int64)}
    AND (t.shard, t.hour_ms, t.tick, t.generation) IN {include attribution/ticks-of}
GROUP BY t.cluster, t.dest_ip, t.hour_ms, t.dest_port, t.protocol, t.shard, t.said, t.node, t.pod_uids, t.or_node
