-- The most ports that each destination held of each node at once: a connection holds its port until two minutes after its last record.
WITH
    change AS
    (
        SELECT src_ip, dest_ip, dest_port, protocol, begin_ms AS "at", 1 AS taken FROM verdict WHERE translated AND NOT denied
        UNION ALL
        SELECT src_ip, dest_ip, dest_port, protocol, last_ms + if(protocol = 6, 120000, 30000), -1 FROM verdict WHERE translated AND NOT denied
    ),
    used AS
    (
        SELECT src_ip, dest_ip, dest_port, protocol, sum(taken) OVER (PARTITION BY src_ip, dest_ip, dest_port, protocol ORDER BY "at", taken) AS ports
        FROM change
    )
SELECT src_ip, dest_ip, dest_port, protocol, max(ports) AS peak FROM used
GROUP BY src_ip, dest_ip, dest_port, protocol ORDER BY peak DESC, src_ip, dest_ip, dest_port, protocol
