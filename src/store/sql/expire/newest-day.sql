-- The newest day that facts tell of, as its first millisecond; null: there are none.
SELECT if(count() = 0, NULL, toInt64(YYYYMMDDToDate(max(toUInt32OrZero(partition)))) * 86400000) AS at
FROM system.parts
WHERE database = currentDatabase() AND active AND rows > 0
  AND table IN ('flow_record', 'conntrack_event', 'flow_aggregate', 'sighting', 'log_line', 'metric_sample')
