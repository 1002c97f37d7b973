-- How many of its calls each pod told in a day, by protocol, and with which chance each was recorded. Programs that tell no protocol speak TCP.
SELECT p.pod_uid AS uid, if(s.protocol = 0, 6, s.protocol) AS by_protocol, count() AS calls, avg(s.probability) AS probability
FROM sighting AS s
INNER JOIN
(
    SELECT pod_uid, any(namespace) AS namespace, any(pod) AS pod
    FROM pod_lease
    WHERE cluster = {cluster:String} AND generation = {inventory:UInt64} AND host_network = 0
    GROUP BY pod_uid
) AS p ON p.pod_uid = s.pod_uid
WHERE cluster = {cluster:String} AND kind = 'client' AND s.probability > 0
    AND s.begin_ms >= {day_ms:Int64} AND s.begin_ms < {day_ms:Int64} + 86400000
GROUP BY uid, by_protocol
ORDER BY uid, by_protocol
