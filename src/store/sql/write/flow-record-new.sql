-- Whether the store has anything that staged rows can repeat (`near`): mostly not, and then nobody need ask which (flow-record-known.sql).
SELECT
    (SELECT count() FROM
    (
        SELECT 1 FROM flow_record
        WHERE cluster = {cluster:String}
            AND shard IN (SELECT DISTINCT shard FROM {staged:Identifier})
            AND mac IN (SELECT DISTINCT mac FROM {staged:Identifier})
            AND at_ms >= (SELECT min(first_ms) FROM {staged:Identifier})
            AND at_ms - greatest(begun_ago_ms, 0) <= (SELECT max(at_ms) FROM {staged:Identifier})
        LIMIT 1
    )) AS near,
{include write/staged-repeats}
