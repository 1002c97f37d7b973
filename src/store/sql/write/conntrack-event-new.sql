-- Whether the store has anything that staged lines can repeat (`near`): mostly not, and then nobody need ask which (conntrack-event-known.sql).
SELECT
    (SELECT count() FROM
    (
        SELECT 1 FROM conntrack_event
        WHERE cluster = {cluster:String}
            AND shard IN (SELECT DISTINCT shard FROM {staged:Identifier})
            AND reply_dest_ip IN (SELECT DISTINCT reply_dest_ip FROM {staged:Identifier})
            AND at_ms >= (SELECT min(first_ms) FROM {staged:Identifier})
            AND at_ms - greatest(new_ago_ms, 0) <= (SELECT max(at_ms) FROM {staged:Identifier})
        LIMIT 1
    )) AS near,
{include write/staged-repeats}
