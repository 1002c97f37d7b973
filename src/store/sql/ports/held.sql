-- Flows that held a port of a node's address at some moment of the interval, one a row: from when to when, and who made them. A connection holds its
-- port until its entry is gone from the node's connection tracking; where nothing tells when that was, one that ended for {linger_ms} longer, datagrams of two
-- seconds or less for {datagram_ms}. One that
-- tracking was not seen to end is there still; of one that the flow log alone saw, no more is known than that it may be idle for {idle_ms}. `shut_ms`: from
-- when on nothing passes; `free_ms`: when a pod that closed first has its own port back. A line that ends
-- in `-- if` and parameters is left out where all of them are empty. Mirrors core/snat/connection-life.ts; test/ports.test.ts and holdings.test.ts hold them together.
(
    SELECT
        src_ip AS node_ip, dest_ip, dest_port, protocol,
        if(verdict IN ('exact', 'relayed') AND notEmpty(pod_uids), toString(pod_uids[1]), '') AS uid, toString(verdict) AS told, reason,
        src_port, pod_port, begin_ms AS from_ms,
        multiIf(
            lingered > 0, last_ms + (lingered - 1) * 100,
            ended, last_ms + if(protocol != 17 OR lasted_ms > 2000, {linger_ms:Int64}, {datagram_ms:Int64}),
            observed_by = 1, last_ms + {idle_ms:Int64},
            {open_ms:Int64}) AS until_ms,
        multiIf(
            ended AND observed_by != 2, last_ms,
            lingered = 0, until_ms,
            greatest(if(observed_by = 2, from_ms, last_ms),
                until_ms - multiIf(until_ms - from_ms >= {linger_ms:Int64}, {linger_ms:Int64}, protocol = 17, {datagram_ms:Int64}, {reset_ms:Int64}))) AS shut_ms,
        least(until_ms, shut_ms + if(protocol = 17, 0, {time_wait_ms:Int64})) AS free_ms,
        last_ms AS seen_ms, observed_by != 2 AS watched, begun
    FROM flow
    WHERE cluster = {cluster:String} AND direction = 0 AND NOT denied AND observed_by <= 3 AND from_ms < {until_ms:Int64}
        AND last_ms >= {from_ms:Int64} - {open_for_ms:Int64}
        AND (last_ms >= {from_ms:Int64} - {held_ms:Int64} OR (NOT ended AND lingered = 0 AND observed_by != 1))
        AND until_ms > {from_ms:Int64} AND until_ms > from_ms
        AND src_ip IN (SELECT ip FROM node_lease WHERE cluster = {cluster:String} AND generation = {inventory:UInt64}) -- if of_nodes
        AND shard IN {shards:Array(UInt8)}
        AND cityHash64(dest_ip) % {parts:UInt32} = {part:UInt32} -- if parts
        AND NOT arrayExists((a, b) -> dest_ip BETWEEN a AND b, {inside_first:Array(IPv6)}, {inside_last:Array(IPv6)}) -- if inside_first
        AND arrayExists((a, b, p) -> dest_ip BETWEEN a AND b AND (p = -1 OR p = dest_port), {dest_first:Array(IPv6)}, {dest_last:Array(IPv6)}, {dest_own_port:Array(Int32)}) -- if dest_first
        AND has({dest_ports:Array(UInt16)}, dest_port) -- if dest_ports
        AND has({nodes:Array(String)}, node) -- if nodes
        AND (shard, hour_ms, tick, generation) IN
            (SELECT shard, hour_ms, tick, max(generation) FROM window_current WHERE cluster = {cluster:String} GROUP BY shard, hour_ms, tick)
)
