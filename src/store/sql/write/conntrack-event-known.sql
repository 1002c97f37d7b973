-- What of the staged lines the store has already.
CREATE TABLE {known:Identifier} ENGINE = Memory AS
SELECT arrayJoin(if(new_ago_ms < 0, [last], [last,
    cityHash64(at_ms - new_ago_ms, toUInt8(0), protocol, orig_src_ip, orig_dest_ip, orig_src_port, orig_dest_port,
        reply_src_ip, reply_dest_ip, reply_src_port, reply_dest_port, toInt64(-1),
        toUInt64(0), toUInt64(0), toUInt64(0), toUInt64(0), toUInt8(0), timeout_s, teller)])) AS identity
FROM
(
    SELECT *,
        if(dnat_ip = toIPv6('::'), reply_src_ip, dnat_ip) AS orig_dest_ip, toUInt16(reply_src_port + dest_port_moved) AS orig_dest_port,
        cityHash64(at_ms, kind, protocol, orig_src_ip, orig_dest_ip, orig_src_port, orig_dest_port,
            reply_src_ip, reply_dest_ip, reply_src_port, reply_dest_port, if(made_ms = 0, -1, made_ms),
            packets_orig, bytes_orig, packets_reply, bytes_reply, forced, if(new_ago_ms < 0, timeout_s, 0), teller) AS last
    FROM {include write/conntrack-event-beside}
)
WHERE identity IN (SELECT identity FROM {staged:Identifier} UNION ALL SELECT first_identity FROM {staged:Identifier})
