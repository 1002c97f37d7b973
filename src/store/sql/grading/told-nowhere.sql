-- Calls of each pod in a day of which nobody knows where they went: those that told neither an address nor a name that one is known of. A port
-- that was not told is 0, as is the protocol.
SELECT p.pod_uid AS uid, s.dest_port AS port, count() AS calls
FROM sighting AS s
INNER JOIN
(
    SELECT DISTINCT pod_uid FROM pod_lease WHERE cluster = {cluster:String} AND generation = {inventory:UInt64} AND host_network = 0
) AS p ON p.pod_uid = s.pod_uid
WHERE cluster = {cluster:String} AND kind = 'client' AND s.dest_ip = toIPv6('::')
    AND s.begin_ms >= {day_ms:Int64} AND s.begin_ms < {day_ms:Int64} + 86400000
    AND s.identity NOT IN (SELECT sighting FROM named_call WHERE cluster = {cluster:String} AND generation = {generation:UInt64})
GROUP BY uid, port
ORDER BY uid, port
