-- NEW and DESTROY of an entry are one translation of a wire tuple.
CREATE TEMP TABLE translation AS
SELECT
    reply_dest_ip AS src_ip, reply_dest_port AS src_port, reply_src_ip AS dest_ip, reply_src_port AS dest_port, protocol,
    orig_src_ip, min(at_ms) AS from_ms, max(at_ms) AS until_ms
FROM conntrack_event
WHERE reply_dest_ip IN (SELECT ip FROM node)
GROUP BY reply_dest_ip, reply_dest_port, reply_src_ip, reply_src_port, protocol, orig_src_ip, id;
