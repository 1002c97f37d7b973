-- The ids of one day's new sightings.
INSERT INTO sighting_id
SELECT {cluster:String} AS cluster, arrayJoin(arrayDistinct(arrayFilter(i -> i != '', arrayConcat([trace_id], ids)))) AS id, begin_ms, identity
FROM {staged:Identifier}
WHERE toYYYYMMDD(fromUnixTimestamp64Milli(begin_ms, 'UTC')) = {day:UInt32}
    AND identity NOT IN (SELECT identity FROM {known:Identifier})
