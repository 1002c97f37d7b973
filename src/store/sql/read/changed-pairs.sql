-- How many flows moved from which verdict or pod to which since {changed_since_ms}, and were not moved back.
SELECT was.1 AS verdict_before, was.3 AS uid_before, is.1 AS verdict_after, is.2 AS uid_after, count() AS flows
FROM ({include read/changed})
GROUP BY verdict_before, uid_before, verdict_after, uid_after
