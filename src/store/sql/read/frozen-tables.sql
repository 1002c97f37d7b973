-- The tables and views of the store, and where on the disk they are. What is there for one piece of work has no parts and is left out.
SELECT
    name,
    toString(uuid) AS uuid,
    (SELECT toString(uuid) FROM system.databases WHERE name = currentDatabase()) AS of_database,
    toUInt8(engine LIKE '%MergeTree') AS hasParts
FROM system.tables
WHERE database = currentDatabase() AND (engine LIKE '%MergeTree' OR engine = 'View')
    AND NOT match(name, {scratch:String})
ORDER BY name
