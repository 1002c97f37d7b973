-- The rest of conntrack-event-new.sql and flow-record-new.sql: how many records are staged, and how many different ones. Sorted, as a hash
-- table of so many takes three times as long.
    length(identities) AS records, length(arrayCompact(arraySort(identities))) AS different
FROM
(
    SELECT groupArray(i) AS identities
    FROM
    (
        SELECT identity AS i FROM {staged:Identifier}
        UNION ALL
        SELECT first_identity AS i FROM {staged:Identifier} WHERE first_identity != 0
    )
)
