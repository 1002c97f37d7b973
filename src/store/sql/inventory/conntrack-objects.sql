-- Each object of conntrack, and the addresses that it speaks for.
SELECT o.object AS object, t.ips AS ips
FROM (SELECT object FROM conntrack_event WHERE cluster = {cluster:String} GROUP BY object) AS o
LEFT JOIN
(
    SELECT object, arraySort(groupUniqArray(ip)) AS ips FROM conntrack_teller WHERE cluster = {cluster:String} GROUP BY object
) AS t ON t.object = o.object
ORDER BY object
