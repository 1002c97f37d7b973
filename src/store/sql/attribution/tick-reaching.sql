-- Those of the tuples `asked` of which more bears on the ticks than what was told close to them: a flow that may have begun before, or an entry that was
-- open before, as a row says alone or with its begin. `reach_ms`: since when that entry may have been there.
CREATE TABLE {reaching:Identifier} ENGINE = Memory AS
WITH
    continued AS
    (
        SELECT DISTINCT tuple
        FROM
        (
            -- What was denied is apart.
            SELECT tuple, argMin(begins, (first, begins)) AS is_begun
            FROM
            (
                SELECT tuple, direction, state = 3 AS denied, first_ms AS first,
                    first_ms >= {records_ms:Int64} AND {include attribution/begins} AS begins
                FROM flow_record
                WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)} AND at_ms >= {records_ms:Int64}
                    AND tuple IN (SELECT tuple FROM {asked:Identifier})
            )
            GROUP BY tuple, direction, denied
        )
        WHERE NOT is_begun
    ),
    open AS
    (
        SELECT tuple, min(since) AS reach
        FROM
        (
            SELECT tuple, first_ms AS since
            FROM conntrack_event
            WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)} AND at_ms >= {lines_ms:Int64}
                AND new_ago_ms > 0 AND at_ms - new_ago_ms < {lines_ms:Int64} AND tuple IN (SELECT tuple FROM {asked:Identifier})
            UNION ALL
            SELECT tuple, if(made <= first, made, 0) AS since
            FROM
            (
                SELECT tuple, min(first_ms) AS first, min(made_ms) AS made, max(told_ms) AS told, max(gone_ms) AS gone
                FROM entry_reach
                WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)} AND tuple IN (SELECT tuple FROM {asked:Identifier})
                GROUP BY tuple, teller
            )
            WHERE NOT (gone >= told AND gone < {lines_ms:Int64})
        )
        GROUP BY tuple
        HAVING reach < {open_ms:Int64}
    )
SELECT a.src_ip AS src_ip, a.dest_ip AS dest_ip, a.dest_port AS dest_port, a.src_port AS src_port, a.tuple AS tuple,
    if(o.tuple = a.tuple, o.reach, {open_ms:Int64}) AS reach_ms
FROM {asked:Identifier} AS a
LEFT JOIN continued AS c ON c.tuple = a.tuple
LEFT JOIN open AS o ON o.tuple = a.tuple
WHERE c.tuple = a.tuple OR o.tuple = a.tuple
