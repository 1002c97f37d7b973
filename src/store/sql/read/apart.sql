-- Partitions of tables that are in several parts. One that is in one part would only be written once more.
SELECT table, partition_id
FROM system.parts
WHERE database = currentDatabase() AND active
GROUP BY table, partition_id
HAVING count() > 1
ORDER BY table, partition_id
