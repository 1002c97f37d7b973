-- Of each cluster another text whenever something was written, or the inventory was worked out anew.
SELECT cluster, concat(toString(count()), ' ', toString(sum(cityHash64(write, object))), ' ',
    toString(max((SELECT max(write) FROM inventory_current)))) AS written
FROM write_log
GROUP BY cluster
