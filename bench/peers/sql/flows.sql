-- A B begins a flow, and a D that no D was before for ten minutes; what follows on its tuple belongs to it.
-- What the sender's NIC logged, the receiver's logged again.
CREATE TEMP TABLE flow AS
SELECT
    src_ip, src_port, dest_ip, dest_port, protocol, direction, denied,
    min(at_ms) AS begin_ms, max(at_ms) AS last_ms,
    sum(packets_out) AS packets_out, sum(bytes_out) AS bytes_out, sum(packets_in) AS packets_in, sum(bytes_in) AS bytes_in
FROM
(
    SELECT *,
        count(*) FILTER (state = 'B' OR (denied AND (before_ms IS NULL OR at_ms - before_ms > 600000))) OVER tuple AS nth
    FROM
    (
        SELECT *, state = 'D' AS denied,
            CASE WHEN state = 'D' THEN lag(at_ms) OVER
                (PARTITION BY src_ip, src_port, dest_ip, dest_port, protocol, direction, state = 'D' ORDER BY at_ms) END AS before_ms
        FROM flow_record
        WHERE direction = 'O' OR src_ip NOT IN (SELECT ip FROM lease UNION ALL SELECT ip FROM node)
    )
    WINDOW tuple AS (PARTITION BY src_ip, src_port, dest_ip, dest_port, protocol, direction, denied ORDER BY at_ms, state)
)
GROUP BY src_ip, src_port, dest_ip, dest_port, protocol, direction, denied, nth;
