-- The records of one flow.
SELECT r.1 AS at_ms, r.2 AS state, lower(leftPad(hex(mac), 12, '0')) AS mac, rule, r.3 AS bytes_out, r.4 AS bytes_in
FROM
(
    SELECT mac, rule, arrayJoin(arrayConcat(
        if(begun_ago_ms < 0, [], [(first_ms, toUInt8(0), toUInt64(0), toUInt64(0))]),
        [(at_ms, state, bytes_out, bytes_in)])) AS r
    FROM flow_record
    WHERE cluster = {cluster:String} AND tuple = {tuple:UInt64} AND direction = {direction:UInt8}
        AND at_ms >= {from_ms:Int64} AND first_ms <= {until_ms:Int64}
)
WHERE at_ms >= {from_ms:Int64} AND at_ms <= {until_ms:Int64}
ORDER BY at_ms, state
LIMIT 1000
