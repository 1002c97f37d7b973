-- What of the staged rows the store has already.
CREATE TABLE {known:Identifier} ENGINE = Memory AS
SELECT arrayJoin(if(begun_ago_ms < 0, [last], [last,
    cityHash64(at_ms - begun_ago_ms, src_ip, dest_ip, src_port, dest_port, protocol, direction, toUInt8(0),
        toUInt64(0), toUInt64(0), toUInt64(0), toUInt64(0), toString(encryption), mac, log)])) AS identity
FROM
(
    SELECT at_ms, begun_ago_ms, src_ip, dest_ip, src_port, dest_port, protocol, direction, encryption, mac, log,
        cityHash64(at_ms, src_ip, dest_ip, src_port, dest_port, protocol, direction, state,
            packets_out, bytes_out, packets_in, bytes_in, toString(encryption), mac, log) AS last
    {include write/flow-record-beside}
)
WHERE identity IN (SELECT identity FROM {staged:Identifier} UNION ALL SELECT first_identity FROM {staged:Identifier})
