-- The records of one flow.
SELECT at_ms, state, lower(leftPad(hex(mac), 12, '0')) AS mac, rule, bytes_out, bytes_in
FROM flow_record
WHERE cluster = {cluster:String} AND tuple = {tuple:UInt64} AND direction = {direction:UInt8} AND at_ms >= {from_ms:Int64} AND at_ms <= {until_ms:Int64}
ORDER BY at_ms, state
LIMIT 1000
