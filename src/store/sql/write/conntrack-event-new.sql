-- Whether the store has anything that staged lines can repeat (`near`): mostly not, and then nobody need ask which (conntrack-event-known.sql).
SELECT
    (SELECT count() FROM
    (
        SELECT 1 FROM {include write/conntrack-event-beside}
        LIMIT 1
    )) AS near,
{include write/staged-repeats}
