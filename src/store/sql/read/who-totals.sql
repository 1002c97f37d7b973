-- As who.sql, from flows that are counted together already. `partly`: only some of the flows of a row were alive in the interval, so
-- that they have to be looked at one by one. A line that ends in `-- if` and parameters is left out where all of them are empty.
WITH
    together AS
    (
        SELECT
            said, node, or_node, length(pod_uids) + or_node AS candidates, pod_uids AS uids, any(verdict) AS verdict, any(reason) AS reason,
            sum(flows) AS n, sum(bytes_out) AS out, sum(bytes_in) AS received, min(first_begin_ms) AS first_ms, max(last_ms) AS newest_ms,
            max(first_last_ms < {from_ms:Int64} OR last_begin_ms >= {until_ms:Int64}) AS partly
        FROM flow_total
        WHERE cluster = {cluster:String}
            AND dest_ip >= {dest_from:IPv6} AND dest_ip <= {dest_until:IPv6}
            AND last_ms >= {from_ms:Int64} AND first_begin_ms < {until_ms:Int64}
            AND (shard, hour_ms, generation) IN
                (SELECT shard, hour_ms, max(generation) FROM window_current WHERE cluster = {cluster:String} GROUP BY shard, hour_ms)
            AND arrayExists((a, b) -> dest_ip BETWEEN a AND b, {dest_first:Array(IPv6)}, {dest_last:Array(IPv6)}) -- if dest_first
            AND has({dest_ports:Array(UInt16)}, dest_port) -- if dest_ports
            AND has({protocols:Array(UInt8)}, protocol) -- if protocols
            AND has({verdicts:Array(String)}, toString(verdict)) -- if verdicts
            AND has({nodes:Array(String)}, node) -- if nodes
        GROUP BY said, node, or_node, candidates, uids
    ),
{include read/shares}
