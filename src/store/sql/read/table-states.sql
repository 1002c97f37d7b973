-- Each table by its parts. These never change: a table with the same parts has the same rows.
SELECT table, toString(groupBitXor(cityHash64(name, rows, bytes_on_disk, modification_time))) AS state
FROM system.parts
WHERE database = currentDatabase() AND active
GROUP BY table
