-- The generation in force, the last write it has seen, the last that its clocks have seen, what is beside it, and the last write there is.
SELECT
    tupleElement(newest_row, 1) AS generation,
    tupleElement(newest_row, 2) AS seen,
    tupleElement(newest_row, 3) AS clocks_seen,
    tupleElement(newest_row, 4) AS beside,
    (SELECT max(write) FROM write_log WHERE cluster = {cluster:String}) AS newest
FROM
(
    SELECT argMax((c.generation, c.write, c.clocks_write, c.beside), (c.generation, c.write, c.clocks_write)) AS newest_row
    FROM inventory_current AS c WHERE c.cluster = {cluster:String}
)
