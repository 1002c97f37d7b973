-- How many sightings carry each of the ids. What was never written to its end carries none.
SELECT id, uniqExact(identity) AS sightings
FROM sighting_id
WHERE cluster = {cluster:String} AND id IN {ids:Array(String)} AND begin_ms >= {from_ms:Int64} AND begin_ms < {until_ms:Int64}
    AND (begin_ms, identity) IN (SELECT begin_ms, identity FROM sighting -- if namespaces
        WHERE cluster = {cluster:String} AND begin_ms >= {from_ms:Int64} AND begin_ms < {until_ms:Int64} -- if namespaces
        {include read/of-namespaces}
    ) -- if namespaces
GROUP BY id
