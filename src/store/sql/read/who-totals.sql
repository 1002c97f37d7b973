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
        {include read/totals-kept}
        GROUP BY said, node, or_node, candidates, uids
    ),
{include read/shares}
