-- Rows of each table, its bytes on the disk with what merges replaced, and without.
SELECT table, sumIf(rows, active) AS rows, sum(bytes_on_disk) AS bytes, sumIf(bytes_on_disk, active) AS inForce
FROM system.parts
WHERE database = currentDatabase()
GROUP BY table
ORDER BY table
