-- The same of flows that are no longer kept.
UNION ALL
SELECT
    toString(s.verdict) AS verdict, if(notEmpty(uids), toString(uids[1]), '') AS uid, if(verdict = 'node', toString(s.node), '') AS of_node,
    toIPv6('::') AS dest_ip, 0 AS dest_port, 0 AS protocol,
    sum(s.flows) AS n, sum(s.bytes_out) AS out, sum(s.bytes_in) AS received,
    min(s.first_begin_ms) AS first_ms, max(s.last_ms) AS newest_ms, 0 AS partly, 0 AS is_among
FROM
(
    {include read/settled-counted}
) AS s
WHERE 1
    {include read/by-pods}
GROUP BY verdict, uid, of_node
