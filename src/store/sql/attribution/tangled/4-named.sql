-- Whom the translations of each flow name. One row for each flow that has a relevant translation.
-- Mirrors `attribute` and `nameOf` in core/attribution/attribute.ts.
CREATE TABLE {named:Identifier} ENGINE = Memory AS
WITH
    6 AS tcp,
    leases_by_ip AS
    (
        SELECT ip, groupArray((may_from_ms, held_from_ms, held_until_ms, may_until_ms, pod_uid)) AS leases
        FROM pod_lease
        WHERE cluster = {cluster:String} AND generation = {inventory:UInt64} AND host_network = 0
        GROUP BY ip
    ),
    translations AS
    (
        SELECT tuple, groupArray((may_from, seen_from, seen_until, may_until, opened, closed, origin_ip, origin_port, active_until)) AS all
        FROM {translation:Identifier}
        GROUP BY tuple
    ),
    -- Each step is a query of its own: the engine spells out an alias wherever it is used, and these build on each other.
    flows AS
    (
        SELECT
            j.n AS n, j.src_ip AS src_ip, j.protocol AS protocol, j.begun AS begun, t.all AS all,
            j.begin_ms - j.offset_ms AS begin, j.last_ms - j.offset_ms AS last, j.uncertainty_ms AS uncertainty
        FROM {judged:Identifier} AS j
        INNER JOIN translations AS t ON t.tuple = j.tuple
    ),
    overlapping AS
    (
        SELECT n, src_ip, protocol, begun, begin, last, uncertainty,
            arrayFilter(t -> t.1 <= last + uncertainty AND begin - uncertainty <= t.4, all) AS may,
            arrayFilter(t -> t.2 <= last + uncertainty AND begin - uncertainty <= t.3, all) AS certain
        FROM flows
    ),
    relevant AS
    (
        SELECT n, src_ip, protocol, begin, last, length(certain) AS certain_count,
            arrayExists(t -> t.5 AND begin - uncertainty <= t.2 AND t.2 <= begin + uncertainty, certain) AS opened,
            -- `isOther`: entries that are an earlier or a later connection's.
            arrayFilter(
                t -> NOT (opened AND
                (
                    (NOT t.6 AND t.3 < begin - uncertainty)
                    OR (protocol != tcp AND t.6 AND t.9 < begin - uncertainty)
                    OR (protocol = tcp AND begun AND t.5
                        AND (t.2 < begin - uncertainty OR (t.2 > begin + uncertainty AND t.2 >= last - uncertainty)))
                )),
                may) AS to_name
        FROM overlapping
    ),
    single AS
    (
        SELECT n, src_ip, protocol, certain_count, t, t.7 AS origin_ip,
            if(t.5, t.2, greatest(t.1, least(t.2, begin))) AS first,
            least(last, t.9) AS latest
        FROM relevant
        ARRAY JOIN to_name AS t
    ),
    held AS
    (
        SELECT n, src_ip, origin_ip, protocol, certain_count, t.8 AS origin_port, empty(leases) AS unknown,
            arrayFilter(l -> l.1 <= first AND first < l.4, leases) AS possible,
            arrayFilter(l -> l.2 <= first AND first < l.3, possible) AS certain,
            arrayExists((f, u) -> f <= first AND first < u, {watched_from:Array(Int64)}, {watched_until:Array(Int64)}) AS complete,
            arrayDistinct(arrayMap(l -> l.5,
                arrayFilter(l -> l.1 <= if(protocol = tcp, first, greatest(first, latest)) AND first < l.4, leases))) AS heirs
        FROM single
        LEFT JOIN leases_by_ip ON leases_by_ip.ip = single.origin_ip
    ),
    holders AS
    (
        SELECT n, src_ip, origin_ip, protocol, certain_count, origin_port, unknown, heirs,
            multiIf(length(certain) = 1, certain[1].5, empty(certain) AND length(possible) = 1 AND complete, possible[1].5, '') AS holder
        FROM held
    ),
    said AS
    (
        SELECT n, certain_count, origin_port, heirs, holder,
            multiIf(
                origin_ip = src_ip, 'node',
                unknown, if(
                    arrayExists((f, u) -> origin_ip BETWEEN f AND u, {pods_first:Array(IPv6)}, {pods_last:Array(IPv6)})
                    OR arrayExists((f, u) -> origin_ip BETWEEN f AND u, {private_first:Array(IPv6)}, {private_last:Array(IPv6)}),
                    'nobody', 'outside'),
                holder != '' AND (protocol = tcp OR length(heirs) = 1), 'pod',
                empty(heirs), 'nobody',
                'pods') AS kind
        FROM holders
    )
SELECT
    n,
    count() AS translations,
    any(certain_count) AS certain,
    arraySort(groupUniqArray(kind)) AS kinds,
    arraySort(arrayDistinct(groupArrayArray(multiIf(kind = 'pod', [holder], kind = 'pods', heirs, [])))) AS pod_uids,
    any(said.origin_port) AS origin_port
FROM said
GROUP BY n
