-- The days that these sightings span, as which address a pod sent from is not told. A line of a log that names no destination bears on no flow. Said before
-- the sightings are there: a crash between the two costs a day graded in vain.
INSERT INTO sighting_day (cluster, day_ms, write)
SELECT DISTINCT {cluster:String}, arrayJoin([intDiv(begin_ms, 86400000), intDiv(until_ms, 86400000)]) * 86400000, {write:UInt64}
FROM {staged:Identifier}
WHERE identity NOT IN (SELECT identity FROM {known:Identifier}) AND NOT (kind = 'log' AND dest_ip = toIPv6('::') AND dest_host = '')
