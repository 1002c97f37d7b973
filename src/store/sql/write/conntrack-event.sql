-- The rows of one batch that the store does not have yet.
CREATE TABLE {fresh:Identifier} ENGINE = Memory AS
WITH staged AS
(
    SELECT
        toUInt8(cityHash64(host) % 256) AS shard,
        cityHash64(at_ms, kind, id, protocol, orig_src_ip, orig_dest_ip, orig_src_port, orig_dest_port,
            reply_src_ip, reply_dest_ip, reply_src_port, reply_dest_port, started_ms,
            packets_orig, bytes_orig, packets_reply, bytes_reply, forced, timeout_s) AS identity,
        * EXCEPT (host)
    FROM {staged:Identifier}
    -- A dump whose time nobody knows says nothing about any moment; the decoder has counted its rows.
    WHERE at_ms >= 0
)
SELECT * EXCEPT (identity)
FROM staged
WHERE identity NOT IN
(
    SELECT cityHash64(at_ms, kind, id, protocol, orig_src_ip, orig_dest_ip, orig_src_port, orig_dest_port,
        reply_src_ip, reply_dest_ip, reply_src_port, reply_dest_port, started_ms,
        packets_orig, bytes_orig, packets_reply, bytes_reply, forced, timeout_s)
    FROM conntrack_event
    WHERE cluster = {cluster:String}
        AND shard IN (SELECT shard FROM staged)
        AND at_ms >= (SELECT min(at_ms) FROM staged) AND at_ms <= (SELECT max(at_ms) FROM staged)
)
LIMIT 1 BY identity
