-- Entries that have a record near. `misfit`: the entry is no part of the flow, so these are two flows.
-- Mirrors `isOf` in core/attribution/tuple.ts.
CREATE TABLE {met:Identifier} ENGINE = Memory AS
WITH
    (SELECT arrayMap(a -> a.2, arraySort(a -> a.1, groupArray((n, offset_ms)))) FROM {address:Identifier}) AS offset_ms_of,
    (SELECT arrayMap(a -> a.2, arraySort(a -> a.1, groupArray((n, uncertainty_ms)))) FROM {address:Identifier}) AS uncertainty_ms_of,
    pairs AS
    (
        SELECT s.tuple AS tuple, s.src_ip AS src_ip, s.begin_ms AS begin_ms, s.last_ms AS last_ms,
            e.seen_from AS seen_from, e.seen_until AS seen_until, e.closed AS closed
        FROM {include attribution/sessions} AS s
        INNER JOIN {entry:Identifier} AS e ON e.tuple = s.tuple
    ),
    clocked AS
    (
        SELECT p.*, uncertainty_ms_of[if(a.n = 0, 1, a.n)] AS u, offset_ms_of[if(a.n = 0, 1, a.n)] AS ahead
        FROM pairs AS p
        LEFT ANY JOIN (SELECT ip, n FROM {address:Identifier}) AS a ON a.ip = p.src_ip
    )
SELECT tuple, NOT
    (
        last_ms - ahead >= seen_from - u
        AND begin_ms - ahead <= if(closed, seen_until + u, greatest(seen_until + u, {open_ms:Int64} - u - 1))
    ) AS misfit
FROM clocked
