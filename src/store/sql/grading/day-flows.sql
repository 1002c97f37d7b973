-- The flows of a day that a node's rates explain: those that may be any pod's of the node, and those of which it is known whose they are.
    clocks AS
    (
        SELECT ip AS sender, offset_ms FROM clock_offset WHERE cluster = {cluster:String} AND generation = {inventory:UInt64}
    ),
    asked AS
    (
        SELECT
            tuple, begin_ms, last_ms, src_port, dest_ip, dest_port, protocol, flows, bytes_out, bytes_in, observed_by, said, pod_uids,
            {day_ms:Int64} AS grade_day, node AS grade_node, begin_ms - c.offset_ms AS node_ms
        FROM flow
        LEFT JOIN clocks AS c ON c.sender = src_ip
        WHERE cluster = {cluster:String}
            AND (shard, hour_ms, tick, generation) IN
                (SELECT shard, hour_ms, tick, max(generation) FROM window_current WHERE cluster = {cluster:String}
                    AND hour_ms >= {day_ms:Int64} AND hour_ms < {day_ms:Int64} + 86400000 GROUP BY shard, hour_ms, tick)
            AND said IN ('exact by translation', 'dns by translation', 'proxy by translation', 'egress-gateway by translation', 'sidecar by translation', 'node',
                'no-translation', 'translation-uncertain', 'conntrack-gap', 'windows-node')
            AND direction = 0
            AND cityHash64(dest_ip, dest_port, protocol) % {slices:UInt64} = {slice:UInt64}
    )
