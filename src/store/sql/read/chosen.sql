-- `kept` with who each flow may be from. Where the verdict is among all pods of a node: what the rates say, most probable workload first;
-- where they say nothing, every pod that the node had then, all equally probable (`chances` is empty).
,
    grades AS (SELECT day_ms, max(generation) AS grade FROM grade_current WHERE cluster = {cluster:String} GROUP BY day_ms),
    asked AS
    (
        SELECT
            k.* EXCEPT (verdict), toString(verdict) AS plain_verdict,
            if(among, intDiv(hour_ms, 86400000) * 86400000, -1) AS grade_day, if(among, node, '') AS grade_node,
            begin_ms - c.offset_ms AS node_ms
        FROM kept AS k
        LEFT JOIN clocks AS c ON c.sender = k.src_ip
    ),
{include read/graded},
    chosen AS
    (
        SELECT
            f.*,
            h.generation > 0 AS by_sightings,
            by_sightings OR p.generation > 0 AS by_rates,
            multiIf(by_sightings, h.sure, by_rates, p.sure, 0) AS sure,
            multiIf(sure = 1, 'probable', sure = 2, 'node', f.plain_verdict) AS verdict,
            multiIf(
                by_sightings, h.uids_by_sightings,
                by_rates, p.uids_by_rates,
                among, arrayDistinct(arrayMap(p -> p.1, arrayFilter(p -> p.2 <= f.node_last_ms AND f.node_ms < p.3, there.pods))),
                f.pod_uids) AS uids,
            -- They were rounded.
            if(by_sightings, h.probabilities, p.probabilities) AS rounded,
            if(by_sightings, h.node_probability, p.node_probability) AS rounded_node,
            if(by_rates, arraySum(rounded) + rounded_node, 1) AS all,
            if(by_rates, arrayMap(x -> x / all, rounded), emptyArrayFloat64()) AS chances,
            if(by_rates, rounded_node / all, 0.) AS node_chance,
            if(by_rates, if(by_sightings, h.workload_probability, p.workload_probability) / all, 0.) AS workload_chance,
            length(uids) + if(by_rates, node_chance > 0, f.or_node) AS candidates,
            h.sightings AS sightings, h.by_port AS sightings_by_port, h.by_name AS sightings_by_name, h.by_learned AS sightings_by_learned, h.before AS before_sightings
        FROM graded AS f
        LEFT JOIN pods_by_node AS there ON there.on_node = f.grade_node
        LEFT JOIN
        (
            SELECT
                generation, dest_ip AS to_ip, dest_port AS to_port, protocol AS by_protocol, class, cell, sure,
                pod_uids AS uids_by_rates, CAST(probabilities, 'Array(Float64)') AS probabilities,
                toFloat64(node_probability) AS node_probability, toFloat64(workload_probability) AS workload_probability
            FROM posterior
            WHERE cluster = {cluster:String} AND generation IN (SELECT grade FROM grades)
                AND dest_ip >= {dest_from:IPv6} AND dest_ip <= {dest_until:IPv6}
                AND dest_ip IN (SELECT dest_ip FROM kept WHERE among)
        ) AS p ON p.generation = f.grade AND p.to_ip = f.dest_ip AND p.to_port = f.dest_port AND p.by_protocol = f.protocol
            AND p.class = f.class AND p.cell = f.cell
        LEFT JOIN
        (
            SELECT
                generation, tuple AS of_tuple, begin_ms AS of_begin_ms, sure, pod_uids AS uids_by_sightings, CAST(probabilities, 'Array(Float64)') AS probabilities,
                toFloat64(node_probability) AS node_probability, toFloat64(workload_probability) AS workload_probability, sightings, by_port, by_name, by_learned, before
            FROM sighted_flow
            WHERE cluster = {cluster:String} AND generation IN (SELECT grade FROM grades)
                AND dest_ip >= {dest_from:IPv6} AND dest_ip <= {dest_until:IPv6}
                AND dest_ip IN (SELECT dest_ip FROM kept WHERE among)
        ) AS h ON h.generation = f.grade AND h.of_tuple = f.tuple AND h.of_begin_ms = f.begin_ms
        WHERE 1
            AND has({verdicts:Array(String)}, verdict) -- if verdicts
            {include read/by-pods}
    )
