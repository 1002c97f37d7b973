-- The lines of some batches, as they came, with what each says as one number. `part`: which batch the line is of. A translated line names
-- its node; of another what it says includes whose recording says so.
CREATE TABLE {staged:Identifier} ENGINE = Memory AS
SELECT
    toUInt8(cityHash64(host) % 256) AS shard,
    * EXCEPT (host),
    cityHash64({recordings:Array(String)}[part + 1]) AS recording,
    if(orig_src_ip = reply_dest_ip, recording, 0) AS teller,
    at_ms - greatest(new_ago_ms, 0) AS first_ms,
    cityHash64(reply_dest_ip, reply_dest_port, reply_src_ip, reply_src_port, protocol) AS tuple,
    cityHash64(at_ms, kind, protocol, orig_src_ip, orig_dest_ip, orig_src_port, orig_dest_port,
        reply_src_ip, reply_dest_ip, reply_src_port, reply_dest_port, started_ms,
        packets_orig, bytes_orig, packets_reply, bytes_reply, forced, if(new_ago_ms < 0, timeout_s, 0), teller) AS identity,
    -- Of the NEW that rides on it; 0: none does.
    if(new_ago_ms < 0, 0, cityHash64(at_ms - new_ago_ms, toUInt8(0), protocol, orig_src_ip, orig_dest_ip, orig_src_port, orig_dest_port,
        reply_src_ip, reply_dest_ip, reply_src_port, reply_dest_port, toInt64(-1),
        toUInt64(0), toUInt64(0), toUInt64(0), toUInt64(0), toUInt8(0), timeout_s, teller)) AS first_identity
FROM {source}
-- A dump whose time nobody knows says nothing about any moment; the decoder has counted its rows.
WHERE at_ms >= 0
