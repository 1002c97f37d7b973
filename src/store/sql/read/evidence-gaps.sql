SELECT DISTINCT g.from_ms AS from_ms, g.until_ms AS until_ms, g.why AS why
FROM (SELECT object, from_ms, until_ms, why FROM gap WHERE cluster = {cluster:String} AND source = 'conntrack') AS g
WHERE object IN (SELECT object FROM conntrack_teller WHERE cluster = {cluster:String} AND ip = {ip:IPv6})
    AND from_ms <= {until_ms:Int64} AND until_ms > {from_ms:Int64}
ORDER BY from_ms
