-- Rows of the store that staged lines can repeat: of the same address, between the first and the last of them. What is not translated each recording tells
-- by itself. Apart, as the one is few addresses, near each other in the table, and the other few recordings, by a column that is read fast.
(
    SELECT at_ms, kind, new_ago_ms, protocol, orig_src_ip, dnat_ip, orig_src_port, reply_src_ip, reply_dest_ip, reply_src_port, reply_dest_port, dest_port_moved,
        made_ms, packets_orig, bytes_orig, packets_reply, bytes_reply, forced, timeout_s, toUInt64(0) AS teller
    FROM conntrack_event
    WHERE cluster = {cluster:String}
        -- A stored NEW may ride on a row of any later time.
        AND at_ms >= (SELECT min(first_ms) FROM {staged:Identifier})
        AND shard IN (SELECT DISTINCT shard FROM {staged:Identifier} WHERE teller = 0)
        AND reply_dest_ip IN (SELECT DISTINCT reply_dest_ip FROM {staged:Identifier} WHERE teller = 0)
        AND orig_src_ip != reply_dest_ip
    UNION ALL
    SELECT at_ms, kind, new_ago_ms, protocol, orig_src_ip, dnat_ip, orig_src_port, reply_src_ip, reply_dest_ip, reply_src_port, reply_dest_port, dest_port_moved,
        made_ms, packets_orig, bytes_orig, packets_reply, bytes_reply, forced, timeout_s, recording AS teller
    FROM conntrack_event
    WHERE cluster = {cluster:String}
        AND at_ms >= (SELECT min(first_ms) FROM {staged:Identifier})
        AND shard IN (SELECT DISTINCT shard FROM {staged:Identifier} WHERE teller != 0)
        AND recording IN (SELECT DISTINCT teller FROM {staged:Identifier} WHERE teller != 0)
        AND orig_src_ip = reply_dest_ip
) AS stored
INNER JOIN
(
    SELECT reply_dest_ip, teller, min(first_ms) AS staged_from_ms, max(at_ms) AS staged_until_ms
    FROM {staged:Identifier}
    GROUP BY reply_dest_ip, teller
) AS beside USING (reply_dest_ip, teller)
WHERE at_ms >= staged_from_ms AND at_ms - greatest(new_ago_ms, 0) <= staged_until_ms
