-- The columns of the store that hold text. What is there for one piece of work is left out.
SELECT
    c.table AS table,
    c.name AS name,
    toUInt8(has((SELECT groupArray(table) FROM system.columns WHERE database = currentDatabase() AND name = 'cluster'), c.table)) AS hasCluster
FROM system.columns AS c
INNER JOIN system.tables AS t ON t.database = c.database AND t.name = c.table
WHERE c.database = currentDatabase() AND t.engine LIKE '%MergeTree' AND c.type LIKE '%String%' AND c.default_kind != 'ALIAS'
    AND c.table NOT IN ('purge_name', 'purge_salt')
ORDER BY table, c.position
