-- What is counted of what is settled: hours, and of those that the interval cuts the minutes, where they are kept.
SELECT
    hour_ms AS at_ms, 3600000 AS lasts_ms, verdict, node, pod_uids AS uids, flows, bytes_out, bytes_in,
    first_begin_ms, last_begin_ms, first_last_ms, last_ms
FROM settled_hour
WHERE {include read/settled-alive}
    AND hour_ms NOT IN {settled_cut:Array(Int64)}
UNION ALL
SELECT
    hour_ms + minute * 60000, 60000, verdict, node, pod_uids, flows, bytes_out, bytes_in,
    first_begin_ms, last_begin_ms, first_last_ms, last_ms
FROM settled_minute
WHERE {include read/settled-alive}
    AND hour_ms IN {settled_cut:Array(Int64)}
