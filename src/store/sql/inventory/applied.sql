-- The inventory that a part's verdicts rest on, and whether each of them rested on all that was written when it was made; none: generation 0.
SELECT tupleElement(newest_row, 1) AS generation, tupleElement(newest_row, 2) AS beside, tupleElement(newest_row, 3) AS in_step,
    -- Its leases may have been dropped, where it lay for long.
    (SELECT count() FROM pod_lease WHERE cluster = {cluster:String} AND generation = tupleElement(newest_row, 1))
        + (SELECT count() FROM node_lease WHERE cluster = {cluster:String} AND generation = tupleElement(newest_row, 1)) AS leases
FROM
(
    SELECT argMax((a.generation, a.beside, a.in_step), a.number) AS newest_row FROM inventory_applied AS a WHERE a.cluster = {cluster:String}
)
