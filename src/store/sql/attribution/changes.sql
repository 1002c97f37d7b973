-- How many flows moved from which verdict or pod to which; to '': they are no more.
SELECT verdict_before, uid_before, if(gone, '', now.2) AS verdict_after, if(gone, '', now.4) AS uid_after, count() AS flows
FROM {compared:Identifier}
GROUP BY verdict_before, uid_before, verdict_after, uid_after
