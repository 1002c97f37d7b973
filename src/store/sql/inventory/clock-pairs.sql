-- Moments that one connection alone can have caused, seen by the flow log and by the node's conntrack:
-- tuples that have one B record and one NEW line in a day. At most 5,000 for each address, an arbitrary but fixed choice.
WITH
    begun AS
    (
        SELECT tuple, any(src_ip) AS ip, intDiv(first_ms, 86400000) AS day, any(first_ms) AS begin_ms
        FROM flow_record
        WHERE cluster = {cluster:String} AND direction = 0 AND (state = 0 OR begun_ago_ms >= 0) AND log != 2
        GROUP BY tuple, day
        HAVING count() = 1
    ),
    opened AS
    (
        SELECT tuple, any(reply_dest_ip) AS ip, intDiv(first_ms, 86400000) AS day, any(first_ms) AS open_ms
        FROM conntrack_event
        WHERE cluster = {cluster:String} AND (kind = 0 OR new_ago_ms >= 0)
            AND (orig_src_ip != reply_dest_ip OR (object, reply_dest_ip) IN (SELECT object, ip FROM conntrack_teller WHERE cluster = {cluster:String}))
        GROUP BY tuple, day
        HAVING count() = 1
    )
SELECT ip, groupArray(apart) AS apart
FROM
(
    SELECT b.ip AS ip, begin_ms - open_ms AS apart
    FROM begun AS b
    INNER JOIN opened AS o ON o.tuple = b.tuple AND o.day = b.day
    ORDER BY ip, b.tuple, b.day
    LIMIT 5000 BY ip
)
GROUP BY ip
ORDER BY ip
