-- How far back each loose tuple's other rows may change what the flows of theirs are. A line that opens an entry changes nothing that was over before it;
-- one that does not belongs to an entry of before, or to one that may have begun as soon as the one before was gone.
CREATE TABLE {reach:Identifier} ENGINE = Memory AS
SELECT
    a.shard AS shard, a.tuple AS tuple, a.src_ip AS src_ip, a.dest_ip AS dest_ip, a.dest_port AS dest_port, a.src_port AS src_port,
    greatest(0, least(
        multiIf(a.first < {forgotten_ms:Int64} + {near_ms:Int64}, 0, a.is_opened, a.first, a.started < 9223372036854775807, a.started, o.tuple = a.tuple, a.first, 0),
        if(o.tuple = a.tuple, o.reach, a.first)) - {near_ms:Int64}) AS from_ms
FROM {loose:Identifier} AS a
LEFT JOIN
(
    SELECT l.tuple AS tuple, min(e.reach) AS reach
    FROM {include write/entries-open} AS e
    INNER JOIN {loose:Identifier} AS l ON l.tuple = e.tuple
    WHERE NOT (l.is_opened AND e.gone >= e.told AND e.gone < l.first - {near_ms:Int64})
    GROUP BY tuple
) AS o ON o.tuple = a.tuple
