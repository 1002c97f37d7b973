-- As who.sql, from flows that are counted together already. `partly`: only some of the flows of a row were alive in the interval, so
-- that they have to be looked at one by one. A line that ends in `-- if` and parameters is left out where all of them are empty.
WITH
    together AS
    (
        SELECT
            t.said AS said, t.node AS node, t.or_node AS or_node, length(t.pod_uids) + t.or_node AS candidates, t.pod_uids AS uids,
            emptyArrayFloat64() AS chances, 0. AS node_chance,
            toString(any(t.verdict)) AS verdict, any(t.reason) AS reason,
            sum(t.flows) AS n, sum(t.bytes_out) AS out, sum(t.bytes_in) AS received, min(t.first_begin_ms) AS first_ms, max(t.last_ms) AS newest_ms,
            max(t.first_last_ms < {from_ms:Int64} OR t.last_begin_ms >= {until_ms:Int64}) AS partly
        FROM flow_total AS t
        WHERE t.cluster = {cluster:String}
            AND t.dest_ip >= {dest_from:IPv6} AND t.dest_ip <= {dest_until:IPv6}
            AND t.last_ms >= {from_ms:Int64} AND t.first_begin_ms < {until_ms:Int64}
            AND (t.shard, t.hour_ms, t.generation) IN
                (SELECT shard, hour_ms, max(generation) FROM window_current WHERE cluster = {cluster:String} GROUP BY shard, hour_ms)
            AND arrayExists((a, b, p) -> t.dest_ip BETWEEN a AND b AND (p = -1 OR p = t.dest_port), {dest_first:Array(IPv6)}, {dest_last:Array(IPv6)}, {dest_own_port:Array(Int32)}) -- if dest_first
            AND has({dest_ports:Array(UInt16)}, t.dest_port) -- if dest_ports
            AND has({protocols:Array(UInt8)}, t.protocol) -- if protocols
            AND (has({verdicts:Array(String)}, toString(t.verdict)) OR said IN ('no-translation', 'translation-uncertain', 'conntrack-gap', 'windows-node')) -- if verdicts
            AND has({nodes:Array(String)}, t.node) -- if nodes
        GROUP BY said, node, or_node, candidates, uids
    ),
{include read/shares}
