-- Who sent to the address.
SELECT pod_uid, count(*) AS flows, sum(bytes_out) AS bytes_out, sum(bytes_in) AS bytes_in, min(begin_ms) AS first_ms, max(last_ms) AS last_ms
FROM verdict WHERE dest_ip = $dest GROUP BY pod_uid ORDER BY flows DESC
