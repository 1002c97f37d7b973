-- Whether the store has anything that staged rows can repeat (`near`): mostly not, and then nobody need ask which (flow-record-known.sql).
SELECT
    (SELECT count() FROM
    (
        SELECT 1
        {include write/flow-record-beside}
        LIMIT 1
    )) AS near,
{include write/staged-repeats}
