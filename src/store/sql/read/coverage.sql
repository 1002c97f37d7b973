-- How many of the chosen flows have which verdict, and why not a better one.
SELECT verdict, reason, sum(n) AS flows, sum(b) AS bytes
FROM (SELECT said, any(verdict) AS verdict, any(reason) AS reason, count() AS n, sum(bytes_out) + sum(bytes_in) AS b FROM chosen GROUP BY said)
GROUP BY verdict, reason
ORDER BY verdict, reason
