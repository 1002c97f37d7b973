-- Who had a connection to an address that may have been open in the interval: by conntrack, which also sees what never leaves a node, or by
-- the flow log. What ended counts until then; what was not seen to end may be open for {open_ms} longer. Newest first.
SELECT client, port, protocol, min(first_ms) AS from_ms, max(at_ms) AS seen_ms, argMax(is_end, at_ms) AS ended
FROM
(
    SELECT orig_src_ip AS client, orig_src_port AS port, protocol, first_ms, at_ms, kind = 2 AS is_end
    FROM conntrack_event
    WHERE cluster = {cluster:String} AND reply_src_ip = {ip:IPv6}
        AND at_ms >= {from_ms:Int64} - {open_ms:Int64} AND first_ms < {until_ms:Int64}
    UNION ALL
    SELECT src_ip AS client, src_port AS port, protocol, first_ms, at_ms, state = 2 AS is_end
    FROM flow_record
    WHERE cluster = {cluster:String} AND dest_ip = {ip:IPv6} AND state != 3
        AND at_ms >= {from_ms:Int64} - {open_ms:Int64} AND first_ms < {until_ms:Int64}
)
WHERE client != {ip:IPv6}
GROUP BY client, port, protocol
HAVING seen_ms >= {from_ms:Int64} OR NOT ended
ORDER BY seen_ms DESC, client, port
LIMIT {limit:UInt32}
