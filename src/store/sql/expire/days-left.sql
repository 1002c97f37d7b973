-- Days before {from_ms} of which flows are left.
SELECT DISTINCT cluster, intDiv(hour_ms, 86400000) * 86400000 AS day_ms FROM flow_total WHERE hour_ms < {from_ms:Int64}
