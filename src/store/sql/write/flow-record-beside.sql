-- Rows of the store that staged rows can repeat: of the same MAC, between the first and the last of them.
FROM flow_record
INNER JOIN
(
    SELECT mac AS staged_mac, min(first_ms) AS staged_from_ms, max(at_ms) AS staged_until_ms
    FROM {staged:Identifier}
    GROUP BY mac
) AS beside ON staged_mac = mac
WHERE cluster = {cluster:String}
    -- A stored B may ride on a later row.
    AND (intDiv(at_ms, 3600000), shard) IN
        (SELECT DISTINCT arrayJoin([intDiv(first_ms, 3600000), intDiv(at_ms, 3600000), intDiv(at_ms + {idle_ms:Int64}, 3600000)]), shard FROM {staged:Identifier})
    AND mac IN (SELECT DISTINCT mac FROM {staged:Identifier})
    AND at_ms >= (SELECT min(first_ms) FROM {staged:Identifier})
    AND at_ms >= staged_from_ms AND at_ms - greatest(begun_ago_ms, 0) <= staged_until_ms
