-- Tuples whose flows the sums do not tell; these are worked out record by record and line by line.
CREATE TABLE {tangled:Identifier} ENGINE = Memory AS
SELECT DISTINCT tuple
FROM
(
    SELECT tuple FROM {session:Identifier} WHERE NOT plain
    UNION ALL
    SELECT tuple FROM {entry:Identifier} WHERE NOT plain
    UNION ALL
    -- Seen in both directions, or allowed and denied; unless both NICs of one connection logged it, at one time.
    SELECT tuple
    FROM {session:Identifier}
    GROUP BY tuple
    HAVING count() > 1 AND NOT
    (
        count() = 2 AND NOT max(denied) AND max(direction) != min(direction)
        AND
        (
            (minIf(begin_ms, direction = 0) >= minIf(begin_ms, direction = 1) - {twice_ms:Int64}
                AND minIf(begin_ms, direction = 0) <= maxIf(last_ms, direction = 1) + {twice_ms:Int64})
            OR
            (maxIf(last_ms, direction = 0) >= minIf(begin_ms, direction = 1) - {twice_ms:Int64}
                AND maxIf(last_ms, direction = 0) <= maxIf(last_ms, direction = 1) + {twice_ms:Int64})
        )
    )
    UNION ALL
    SELECT tuple FROM {met:Identifier} WHERE misfit
    UNION ALL
    -- Two pods may have held the sender's address: a list, so not plain.
    SELECT tuple
    FROM
    (
        SELECT tuple, src_ip, begin_ms, toUInt8(1) AS ahead FROM {include attribution/sessions}
        UNION ALL
        SELECT tuple, src_ip, seen_from AS begin_ms, toUInt8(0) AS ahead FROM {entry:Identifier}
    ) AS s
    INNER JOIN (SELECT ip, leases, offset_ms, uncertainty_ms FROM {address:Identifier} WHERE length(leases) > 1) AS a ON a.ip = s.src_ip
    WHERE length(arrayDistinct(arrayFilter(
        l -> l.1 <= s.begin_ms - s.ahead * a.offset_ms + a.uncertainty_ms AND s.begin_ms - s.ahead * a.offset_ms - a.uncertainty_ms < l.4, a.leases).5)) > 1
)
