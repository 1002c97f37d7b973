-- The generation in force, what it has seen of what was written, what its clocks have seen, what is beside it, and what there is now. Each part numbers its
-- writes by itself, so what was written is told by all numbers together.
SELECT
    tupleElement(newest_row, 1) AS generation,
    tupleElement(newest_row, 2) AS seen,
    tupleElement(newest_row, 3) AS clocks_seen,
    tupleElement(newest_row, 4) AS beside,
    {include inventory/written-so-far} AS written
FROM
(
    SELECT argMax((c.generation, c.seen, c.clocks_seen, c.beside), (c.generation, c.write)) AS newest_row
    FROM inventory_current AS c WHERE c.cluster = {cluster:String}
)
