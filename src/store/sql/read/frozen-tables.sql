-- The tables and views of the store, and where on the disk they are. What is there for one piece of work has no parts and is left out.
SELECT
    name,
    toString(uuid) AS uuid,
    (SELECT toString(uuid) FROM system.databases WHERE name = currentDatabase()) AS of_database,
    toUInt8(engine LIKE '%MergeTree') AS hasParts
FROM system.tables
WHERE database = currentDatabase() AND (engine LIKE '%MergeTree' OR engine = 'View')
    AND NOT match(name, '^(staged|known|fresh|asked|compared|held|ways|local)_[0-9]')
ORDER BY name
