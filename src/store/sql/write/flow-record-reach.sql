-- How far back each loose tuple's other rows may change what the flows of theirs are. A flow goes on that had a record in the ten minutes before; an entry
-- that nobody recorded may be recorded now.
CREATE TABLE {reach:Identifier} ENGINE = Memory AS
SELECT
    a.shard AS shard, a.tuple AS tuple, a.src_ip AS src_ip, a.dest_ip AS dest_ip, a.dest_port AS dest_port, a.src_port AS src_port,
    greatest(0, least(
        if(a.first < {forgotten_ms:Int64} + {near_ms:Int64} + {idle_ms:Int64}, 0, a.first - {idle_ms:Int64}),
        if(o.tuple = a.tuple, o.reach, a.first)) - {near_ms:Int64}) AS from_ms
FROM {loose:Identifier} AS a
LEFT JOIN
(
    SELECT l.tuple AS tuple, min(e.reach) AS reach
    FROM {include write/entries-open} AS e
    INNER JOIN {loose:Identifier} AS l ON l.tuple = e.tuple
    WHERE NOT (e.gone >= e.told AND e.gone < l.first - {near_ms:Int64})
    GROUP BY tuple
) AS o ON o.tuple = a.tuple
