-- Which of the flows that are counted together pass the filters, of `flow_total AS t`.
WHERE t.cluster = {cluster:String}
    AND t.dest_ip >= {dest_from:IPv6} AND t.dest_ip <= {dest_until:IPv6}
    AND t.last_ms >= {from_ms:Int64} AND t.first_begin_ms < {until_ms:Int64}
    AND (t.shard, t.hour_ms, t.tick, t.generation) IN
        (SELECT shard, hour_ms, tick, max(generation) FROM window_current WHERE cluster = {cluster:String} GROUP BY shard, hour_ms, tick)
    AND arrayExists((a, b, p) -> t.dest_ip BETWEEN a AND b AND (p = -1 OR p = t.dest_port), {dest_first:Array(IPv6)}, {dest_last:Array(IPv6)}, {dest_own_port:Array(Int32)}) -- if dest_apart
    AND has({dest_ports:Array(UInt16)}, t.dest_port) -- if dest_ports
    AND has({protocols:Array(UInt8)}, t.protocol) -- if protocols
    AND (has({verdicts:Array(String)}, toString(t.verdict)) OR t.said IN ('no-translation', 'translation-uncertain', 'conntrack-gap', 'windows-node')) -- if verdicts
    AND has({nodes:Array(String)}, t.node) -- if nodes
