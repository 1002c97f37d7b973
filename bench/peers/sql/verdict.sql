-- The newest translation of the wire tuple at the flow's begin, and who held its origin then. It guesses where unmasq would say that it cannot tell.
SELECT
    f.src_ip, f.src_port, f.dest_ip, f.dest_port, f.protocol, f.direction, f.denied, f.begin_ms, f.last_ms,
    f.packets_out, f.bytes_out, f.packets_in, f.bytes_in,
    n.ip IS NOT NULL AND f.direction = 'O' AS translated,
    CASE WHEN l.until_ms >= f.begin_ms - 2000 THEN l.pod_uid END AS pod_uid
FROM flow AS f
LEFT JOIN node AS n ON n.ip = f.src_ip
ASOF LEFT JOIN translation AS t
    ON f.src_ip = t.src_ip AND f.src_port = t.src_port AND f.dest_ip = t.dest_ip AND f.dest_port = t.dest_port AND f.protocol = t.protocol
    -- Clocks of one millisecond: a record may be stamped a little before the line.
    AND f.begin_ms + 100 >= t.from_ms
ASOF LEFT JOIN lease AS l ON l.ip = coalesce(t.orig_src_ip, f.src_ip) AND f.begin_ms + 2000 >= l.from_ms;
