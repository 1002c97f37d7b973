-- Each object of conntrack that speaks for addresses, and which.
SELECT object, arraySort(groupUniqArray(ip)) AS ips
FROM conntrack_teller
WHERE cluster = {cluster:String}
GROUP BY object
ORDER BY object
