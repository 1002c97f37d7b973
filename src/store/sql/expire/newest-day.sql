-- The newest day that facts tell of, as its first millisecond; null: there are none.
SELECT if(max(day) = toDate(0), NULL, toInt64(max(day)) * 86400000) AS at
FROM
(
    SELECT YYYYMMDDToDate(max(toUInt32OrZero(partition))) AS day
    FROM system.parts
    WHERE database = currentDatabase() AND active AND rows > 0
      AND table IN ('flow_record', 'conntrack_event', 'flow_aggregate', 'sighting', 'log_line', 'metric_sample')
    UNION ALL
    -- Events lie in no partitions of days: there are few.
    SELECT toDate(fromUnixTimestamp64Milli(max(last_ms))) FROM kubernetes_event
)
