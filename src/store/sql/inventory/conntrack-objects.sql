-- Each object of conntrack, and the addresses that it speaks for: none until it shows a translation.
-- An object that shows its first one later re-opens what it told before.
SELECT o.object AS object, t.ips AS ips
FROM (SELECT object FROM conntrack_event WHERE cluster = {cluster:String} GROUP BY object) AS o
LEFT JOIN
(
    SELECT object, arraySort(groupUniqArray(ip)) AS ips FROM conntrack_teller WHERE cluster = {cluster:String} GROUP BY object
) AS t ON t.object = o.object
ORDER BY object
