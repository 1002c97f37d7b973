-- How large the flows of a day are: a sample of each destination, counted by quarters of a doubling.
WITH
{include grading/day-flows}
SELECT
    dest_ip, dest_port, protocol,
    toUInt16(floor(log2(toFloat64(bytes_out) + 1) * 4)) AS out_step,
    toUInt16(floor(log2(toFloat64(bytes_in) + 1) * 4)) AS in_step,
    toUInt16(floor(log2(toFloat64(last_ms - begin_ms) + 5) * 4)) AS lasted_step,
    count() AS flows
FROM asked
INNER JOIN
(
    SELECT dest_ip AS to_ip, dest_port AS to_port, protocol AS by_protocol, intDiv(countIf(observed_by != 4), {sample:UInt64}) + 1 AS every
    FROM asked
    GROUP BY to_ip, to_port, by_protocol
) AS n ON n.to_ip = dest_ip AND n.to_port = dest_port AND n.by_protocol = protocol
WHERE intDiv(tuple, 1024) % every = 0 AND observed_by != 4
GROUP BY dest_ip, dest_port, protocol, out_step, in_step, lasted_step
ORDER BY dest_ip, dest_port, protocol, out_step, in_step, lasted_step
