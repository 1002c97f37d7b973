-- As map.sql, from flows that are counted together already; `partly` as in who-totals.sql. A line that ends in `-- if` and parameters is left out
-- where all of them are empty.
WITH
    pods AS
    (
        SELECT pod_uid, any(namespace) AS namespace, any(pod) AS pod, any(workload_kind) AS workload_kind, any(workload_name) AS workload_name
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
        {include read/totals-kept}
        GROUP BY verdict, uid, of_node, dest_ip, dest_port, protocol
    ),
{include read/map-edges}
