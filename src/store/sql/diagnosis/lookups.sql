-- Questions to DNS servers that were over in the interval, as the nodes' connection tracking shows them.
SELECT
    any(node) AS teller, orig_src_ip AS src_ip, if(dnat_ip = toIPv6('::'), reply_src_ip, dnat_ip) AS asked_ip, reply_src_ip AS server_ip,
    sum(is_asked) AS asked, sum(is_lost) AS unanswered,
    minIf(first_ms, is_lost > 0) AS trouble_from_ms, maxIf(first_ms, is_lost > 0) AS trouble_until_ms
FROM {include diagnosis/questions}
GROUP BY src_ip, asked_ip, server_ip
ORDER BY unanswered DESC, asked DESC, src_ip, server_ip
LIMIT {limit:UInt32}
