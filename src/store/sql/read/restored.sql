-- Rows of each table, whether rows of it become fewer when they are merged, and the parts that the engine could not use.
SELECT
    t.name AS table,
    toUInt64(ifNull(t.total_rows, 0)) AS rows,
    toUInt8(t.engine != 'MergeTree') AS replaces,
    (SELECT groupArray(table) FROM system.detached_parts WHERE database = currentDatabase()) AS all_aside,
    countEqual(all_aside, t.name) AS aside
FROM system.tables AS t
WHERE t.database = currentDatabase() AND t.engine LIKE '%MergeTree'
