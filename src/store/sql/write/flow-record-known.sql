-- What of the staged rows the store has already.
CREATE TABLE {known:Identifier} ENGINE = Memory AS
SELECT arrayJoin(if(begun_ago_ms < 0, [last], [last,
    cityHash64(at_ms - begun_ago_ms, src_ip, dest_ip, src_port, dest_port, protocol, direction, toUInt8(0),
        toUInt64(0), toUInt64(0), toUInt64(0), toUInt64(0), toString(encryption), mac, log)])) AS identity
FROM
(
    SELECT *,
        cityHash64(at_ms, src_ip, dest_ip, src_port, dest_port, protocol, direction, state,
            packets_out, bytes_out, packets_in, bytes_in, toString(encryption), mac, log) AS last
    FROM flow_record
    WHERE cluster = {cluster:String}
        -- A stored B may ride on a later row.
        AND (intDiv(at_ms, 3600000), shard) IN
            (SELECT DISTINCT arrayJoin([intDiv(first_ms, 3600000), intDiv(at_ms, 3600000), intDiv(at_ms + {idle_ms:Int64}, 3600000)]), shard FROM {staged:Identifier})
        AND mac IN (SELECT DISTINCT mac FROM {staged:Identifier})
        AND at_ms >= (SELECT min(first_ms) FROM {staged:Identifier}) AND at_ms - greatest(begun_ago_ms, 0) <= (SELECT max(at_ms) FROM {staged:Identifier})
)
WHERE identity IN (SELECT identity FROM {staged:Identifier} UNION ALL SELECT first_identity FROM {staged:Identifier})
