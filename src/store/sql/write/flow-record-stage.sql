-- The rows of some batches, as they came, with what each says as one number: a record is the same record whichever file brings it.
-- `part`: which batch the row is of.
CREATE TABLE {staged:Identifier} ENGINE = Memory AS
SELECT
    toUInt8(cityHash64(host) % 256) AS shard,
    * EXCEPT (host),
    at_ms - greatest(begun_ago_ms, 0) AS first_ms,
    cityHash64(src_ip, src_port, dest_ip, dest_port, protocol) AS tuple,
    cityHash64(at_ms, src_ip, dest_ip, src_port, dest_port, protocol, direction, state,
        packets_out, bytes_out, packets_in, bytes_in, toString(encryption), mac, log) AS identity,
    -- Of the B that rides on it; 0: none does.
    if(begun_ago_ms < 0, 0, cityHash64(at_ms - begun_ago_ms, src_ip, dest_ip, src_port, dest_port, protocol, direction, toUInt8(0),
        toUInt64(0), toUInt64(0), toUInt64(0), toUInt64(0), toString(encryption), mac, log)) AS first_identity
FROM {source}
