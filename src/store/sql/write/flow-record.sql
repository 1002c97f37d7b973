-- The rows of one batch that the store does not have yet. A record is the same record whichever file brings it:
-- its own time, addresses, state and counters, the NIC that logged it and when.
CREATE TABLE {fresh:Identifier} ENGINE = Memory AS
WITH staged AS
(
    SELECT
        toUInt8(cityHash64(host) % 256) AS shard,
        cityHash64(at_ms, src_ip, dest_ip, src_port, dest_port, protocol, direction, state,
            packets_out, bytes_out, packets_in, bytes_in, encryption, mac, logged_ms, log) AS identity,
        * EXCEPT (host)
    FROM {staged:Identifier}
)
SELECT * EXCEPT (identity)
FROM staged
WHERE identity NOT IN
(
    SELECT cityHash64(at_ms, src_ip, dest_ip, src_port, dest_port, protocol, direction, state,
        packets_out, bytes_out, packets_in, bytes_in, toString(encryption), mac, logged_ms, log)
    FROM flow_record
    WHERE cluster = {cluster:String}
        AND shard IN (SELECT shard FROM staged)
        AND mac IN (SELECT mac FROM staged)
        AND at_ms >= (SELECT min(at_ms) FROM staged) AND at_ms <= (SELECT max(at_ms) FROM staged)
)
LIMIT 1 BY identity
