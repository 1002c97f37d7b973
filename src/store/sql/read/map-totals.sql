-- As map.sql, from flows that are counted together already; `partly` as in who-totals.sql. A line that ends in `-- if` and parameters is left out
-- where all of them are empty.
WITH
    pods AS
    (
        SELECT pod_uid, any(namespace) AS namespace, any(workload_kind) AS workload_kind, any(workload_name) AS workload_name
        FROM pod_lease
        WHERE cluster = {cluster:String} AND generation = {inventory:UInt64}
        GROUP BY pod_uid
    ),
    together AS
    (
        SELECT
            toString(t.verdict) AS verdict, if(verdict IN ('exact', 'relayed', 'probable'), toString(t.pod_uids[1]), '') AS uid,
            if(verdict = 'node', toString(t.node), '') AS of_node,
            t.dest_ip AS dest_ip, t.dest_port AS dest_port, t.protocol AS protocol,
            sum(t.flows) AS n, sum(t.bytes_out) AS out, sum(t.bytes_in) AS received, min(t.first_begin_ms) AS first_ms, max(t.last_ms) AS newest_ms,
            max(t.first_last_ms < {from_ms:Int64} OR t.last_begin_ms >= {until_ms:Int64}) AS partly,
            max(t.said IN ('no-translation', 'translation-uncertain', 'conntrack-gap', 'windows-node')) AS is_among
        FROM flow_total AS t
        WHERE t.cluster = {cluster:String}
            AND t.dest_ip >= {dest_from:IPv6} AND t.dest_ip <= {dest_until:IPv6}
            AND t.last_ms >= {from_ms:Int64} AND t.first_begin_ms < {until_ms:Int64}
            AND (t.shard, t.hour_ms, t.generation) IN
                (SELECT shard, hour_ms, max(generation) FROM window_current WHERE cluster = {cluster:String} GROUP BY shard, hour_ms)
            AND arrayExists((a, b) -> t.dest_ip BETWEEN a AND b, {dest_first:Array(IPv6)}, {dest_last:Array(IPv6)}) -- if dest_first
            AND has({dest_ports:Array(UInt16)}, t.dest_port) -- if dest_ports
            AND has({protocols:Array(UInt8)}, t.protocol) -- if protocols
            AND (has({verdicts:Array(String)}, toString(t.verdict)) OR t.said IN ('no-translation', 'translation-uncertain', 'conntrack-gap', 'windows-node')) -- if verdicts
            AND has({nodes:Array(String)}, t.node) -- if nodes
        GROUP BY verdict, uid, of_node, dest_ip, dest_port, protocol
    ),
{include read/map-edges}
