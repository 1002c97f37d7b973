-- Who talks to what: the chosen flows by sender and destination. `is_among`: 1 where the verdict of one is among all pods of a node, so that
-- chosen-bare.sql does not tell it.
,
    together AS
    (
        SELECT
            verdict, if(verdict IN ('exact', 'relayed', 'probable'), toString(uids[1]), '') AS uid, if(verdict = 'node', toString(node), '') AS of_node,
            dest_ip, dest_port, protocol, -- if by_dest
            toIPv6('::') AS dest_ip, 0 AS dest_port, 0 AS protocol, -- if rolled_up
            toFloat64(sum(flows * part)) AS n, toFloat64(sum(bytes_out * part)) AS out, toFloat64(sum(bytes_in * part)) AS received,
            min(begin_ms) AS first_ms, max(last_ms) AS newest_ms, 0 AS partly, max(among) AS is_among
        FROM chosen
        GROUP BY verdict, uid, of_node
            , dest_ip, dest_port, protocol -- if by_dest
        {include read/map-settled} -- if settled
    ),
{include read/map-edges}
