-- The lines of some batches, as they came, with what each says as one number. `part`: which batch the line is of.
CREATE TABLE {staged:Identifier} ENGINE = Memory AS
SELECT
    toUInt8(cityHash64(host) % 256) AS shard,
    * EXCEPT (host),
    at_ms - greatest(new_ago_ms, 0) AS first_ms,
    cityHash64(at_ms, kind, protocol, orig_src_ip, orig_dest_ip, orig_src_port, orig_dest_port,
        reply_src_ip, reply_dest_ip, reply_src_port, reply_dest_port, started_ms,
        packets_orig, bytes_orig, packets_reply, bytes_reply, forced, if(new_ago_ms < 0, timeout_s, 0)) AS identity,
    -- Of the NEW that rides on it; 0: none does.
    if(new_ago_ms < 0, 0, cityHash64(at_ms - new_ago_ms, toUInt8(0), protocol, orig_src_ip, orig_dest_ip, orig_src_port, orig_dest_port,
        reply_src_ip, reply_dest_ip, reply_src_port, reply_dest_port, toInt64(-1),
        toUInt64(0), toUInt64(0), toUInt64(0), toUInt64(0), toUInt8(0), timeout_s)) AS first_identity
FROM {source}
-- A dump whose time nobody knows says nothing about any moment; the decoder has counted its rows.
WHERE at_ms >= 0
