-- Each flow of `asked` with the grade of its day, its cell and the kind of request that it is. What finds none has a grade of 0.
-- `asked` has `grade_day`, `grade_node` and `node_ms`, the flow's begin on the node's clock; `grades` says which grade a day has.
-- What Traffic Analytics summed up happened at times that nobody knows: it is shared out over the cells of its time, minute by minute. `part`: the
-- share of a row; of a flow 1. And it is of no kind: sums of many sizes are not a size.
    parted AS
    (
        SELECT
            asked.* EXCEPT (node_ms),
            if(observed_by = 4 AND grade_node != '', toUInt8(least(60, intDiv(last_ms - begin_ms, 60000) + 1)), 1) AS parts,
            1 / parts AS part,
            arrayJoin(range(parts)) AS place,
            asked.node_ms + intDiv((last_ms - begin_ms) * place, parts) AS node_ms,
            asked.node_ms + intDiv((last_ms - begin_ms) * (place + 1), parts) AS node_last_ms
        FROM asked
    ),
    celled AS
    (
        SELECT a.*, s.grade AS grade, s.cell AS cell
        FROM (SELECT parted.* EXCEPT (parts, place), g.grade AS day_grade FROM parted LEFT JOIN grades AS g ON g.day_ms = parted.grade_day) AS a
        ASOF LEFT JOIN
        (
            SELECT generation AS grade, node AS on_node, from_ms, cell
            FROM stretch
            WHERE cluster = {cluster:String} AND generation IN (SELECT grade FROM grades)
        ) AS s ON s.grade = a.day_grade AND s.on_node = a.grade_node AND s.from_ms <= a.node_ms
    ),
    graded AS
    (
        SELECT
            c.* EXCEPT (day_grade),
            arrayMap((k, m, v) -> k - 0.5 * (
                    pow(log(toFloat64(bytes_out) + 1) - m[1], 2) / v[1]
                    + pow(log(toFloat64(bytes_in) + 1) - m[2], 2) / v[2]
                    + pow(log(toFloat64(last_ms - begin_ms) + 5) - m[3], 2) / v[3]),
                z.constants, z.means, z.variances) AS likelihoods,
            toUInt8(if(observed_by = 4, 255, greatest(indexOf(likelihoods, arrayMax(likelihoods)), 1) - 1)) AS class
        FROM celled AS c
        LEFT JOIN
        (
            SELECT
                generation AS grade, dest_ip AS to_ip, dest_port AS to_port, protocol AS by_protocol,
                groupArray(constant) AS constants, groupArray(mean) AS means, groupArray(variance) AS variances
            FROM
            (
                SELECT * FROM size_class
                WHERE cluster = {cluster:String} AND generation IN (SELECT grade FROM grades)
                    AND dest_ip >= {dest_from:IPv6} AND dest_ip <= {dest_until:IPv6}
                ORDER BY class
            )
            GROUP BY grade, to_ip, to_port, by_protocol
        ) AS z ON z.grade = c.grade AND z.to_ip = c.dest_ip AND z.to_port = c.dest_port AND z.by_protocol = c.protocol
    )
