-- Addresses that sightings tell together with a name, in a day.
SELECT lower(trimRight(dest_host, '.')) AS host, dest_port AS port, toString(dest_ip) AS address, count() AS times
FROM sighting
WHERE cluster = {cluster:String} AND kind IN ('client', 'log', 'network') AND dest_ip != toIPv6('::') AND dest_host != '' AND dest_port != 0
    AND begin_ms >= {day_ms:Int64} AND begin_ms < {day_ms:Int64} + 86400000
GROUP BY host, port, dest_ip
ORDER BY host, port, dest_ip
