-- As chosen.sql; right where no verdict is among all pods of a node.
,
    chosen AS
    (
        SELECT
            k.* EXCEPT (verdict), 1. AS part, toString(verdict) AS verdict,
            k.pod_uids AS uids, length(uids) + k.or_node AS candidates, emptyArrayFloat64() AS chances, 0. AS node_chance, 0. AS workload_chance,
            0 AS sure, 0 AS sightings, 0 AS sightings_by_port, 0 AS sightings_by_name, 0 AS sightings_by_learned, 0. AS before_sightings
        FROM kept AS k
        WHERE 1
            {include read/by-pods}
    )
