-- The parts of each table that are in force, and where the table is.
SELECT toString(t.uuid) AS uuid, groupArrayIf(p.name, p.name != '') AS parts
FROM system.tables AS t
LEFT JOIN (SELECT table, name FROM system.parts WHERE database = currentDatabase() AND active) AS p ON p.table = t.name
WHERE t.database = currentDatabase() AND t.engine LIKE '%MergeTree'
GROUP BY uuid
