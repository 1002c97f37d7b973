-- Moments that one connection alone can have caused, seen by the flow log and by the node's conntrack:
-- tuples that have one B record and one NEW line in a day. An arbitrary but fixed sample of some thousands for each address.
WITH
    sampled AS
    (
        -- Of an address with many lines each second, fourth, … tuple: a larger sample's tuples are those of a smaller one and more.
        SELECT reply_dest_ip AS ip, toUInt64(exp2(floor(log2(greatest(1, count() / 4000))))) AS every
        FROM conntrack_event
        WHERE cluster = {cluster:String}
        GROUP BY ip
    ),
    begun AS
    (
        SELECT r.tuple AS tuple, any(r.src_ip) AS ip, intDiv(r.first_ms, 86400000) AS day, any(r.first_ms) AS begin_ms
        FROM (SELECT tuple, first_ms, src_ip FROM flow_record
            WHERE cluster = {cluster:String} AND direction = 0 AND (state = 0 OR begun_ago_ms >= 0) AND log < 2) AS r
        INNER JOIN sampled AS s ON s.ip = r.src_ip
        WHERE r.tuple % s.every = 0
        GROUP BY tuple, day
        HAVING count() = 1
    ),
    opened AS
    (
        SELECT c.tuple AS tuple, intDiv(c.first_ms, 86400000) AS day, any(c.first_ms) AS open_ms
        FROM (SELECT tuple, first_ms, reply_dest_ip FROM conntrack_event
            WHERE cluster = {cluster:String} AND (kind = 0 OR new_ago_ms >= 0)
                -- Who shows a translation to an address speaks for it.
                AND (object, reply_dest_ip) IN (SELECT object, ip FROM conntrack_teller WHERE cluster = {cluster:String})) AS c
        INNER JOIN sampled AS s ON s.ip = c.reply_dest_ip
        WHERE c.tuple % s.every = 0
        GROUP BY tuple, day
        HAVING count() = 1
    )
SELECT ip, groupArray(begin_ms - open_ms) AS apart
FROM begun AS b
INNER JOIN opened AS o ON o.tuple = b.tuple AND o.day = b.day
GROUP BY ip
ORDER BY ip
