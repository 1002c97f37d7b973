-- Questions to each DNS server, and those that it did not answer, by steps of {step_ms}.
SELECT reply_src_ip AS server_ip, intDiv(first_ms, {step_ms:Int64}) * {step_ms:Int64} AS at_ms, count() AS sockets, sum(is_asked) AS asked, sum(is_lost) AS unanswered
FROM {include diagnosis/questions}
GROUP BY server_ip, at_ms
ORDER BY server_ip, at_ms
