-- How many of the chosen flows have which verdict, and why not a better one.
SELECT verdict, reason, count() AS flows, sum(bytes_out) + sum(bytes_in) AS bytes
FROM chosen
GROUP BY verdict, reason
ORDER BY verdict, reason
