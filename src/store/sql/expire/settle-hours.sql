-- A day's hours of its minutes.
INSERT INTO settled_hour
    (cluster, hour_ms, shard, verdict, node, pod_uids, flows, bytes_out, bytes_in, first_begin_ms, last_begin_ms, first_last_ms, last_ms)
SELECT
    m.cluster, m.hour_ms, m.shard, m.verdict, m.node, m.pod_uids,
    sum(m.flows), sum(m.bytes_out), sum(m.bytes_in), min(m.first_begin_ms), max(m.last_begin_ms), min(m.first_last_ms), max(m.last_ms)
FROM settled_minute AS m
WHERE toYYYYMMDD(fromUnixTimestamp64Milli(m.hour_ms, 'UTC')) = {day:UInt32}
GROUP BY m.cluster, m.hour_ms, m.shard, m.verdict, m.node, m.pod_uids
