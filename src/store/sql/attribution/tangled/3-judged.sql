-- The flows of this chunk that await a verdict: those that the flow log shows, and translations that it does not.
-- A flow lives in the hour of its last record; a translation without a record in the hour of its first line.
-- Mirrors core/attribution/tuple.ts.
CREATE TABLE {judged:Identifier} ENGINE = Memory AS
WITH
    pods_by_ip AS
    (
        SELECT ip, groupArray((may_from_ms, may_until_ms, node)) AS pods
        FROM pod_lease
        WHERE cluster = {cluster:String} AND generation = {inventory:UInt64} AND host_network = 0
        GROUP BY ip
    ),
    nodes_by_ip AS
    (
        SELECT ip, groupArray((may_from_ms, may_until_ms, node)) AS nodes
        FROM node_lease
        WHERE cluster = {cluster:String} AND generation = {inventory:UInt64}
        GROUP BY ip
    ),
    clocks AS
    (
        SELECT ip, offset_ms, uncertainty_ms, pairs
        FROM clock_offset
        WHERE cluster = {cluster:String} AND generation = {inventory:UInt64}
    ),
    -- Seen at the other end too: counted where it was sent.
    seen_sent AS
    (
        SELECT r.tuple AS tuple, r.begin_ms AS begin_ms
        FROM (SELECT tuple, begin_ms, last_ms FROM {recorded:Identifier} WHERE direction = 1) AS r
        INNER JOIN
        (
            SELECT tuple, arrayJoin([first_ms, f.at_ms]) AS at_ms FROM flow_record AS f
            WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)} AND direction = 0
                AND tuple IN (SELECT tuple FROM {recorded:Identifier} WHERE direction = 1)
        ) AS o ON o.tuple = r.tuple
        WHERE o.at_ms >= r.begin_ms - {twice_ms:Int64} AND o.at_ms <= r.last_ms + {twice_ms:Int64}
    ),
    clocked AS
    (
        SELECT
            t.*,
            own.pods AS own_pods,
            if(c.pairs > 0, c.offset_ms, {pooled_offset_ms:Int64}) AS offset_ms,
            multiIf(c.pairs > 0, c.uncertainty_ms, notEmpty(own.pods), {pooled_uncertainty_ms:Int64}, {unmeasured_ms:Int64}) AS uncertainty_ms
        FROM {translation:Identifier} AS t
        LEFT JOIN clocks AS c ON c.ip = t.src_ip
        LEFT JOIN pods_by_ip AS own ON own.ip = t.src_ip
        WHERE t.dest_ip != t.src_ip AND t.dest_ip != t.origin_ip
            AND NOT arrayExists((f, u) -> t.dest_ip BETWEEN f AND u, {local_first:Array(IPv6)}, {local_last:Array(IPv6)})
    ),
    placed AS
    (
        SELECT
            t.* EXCEPT (own_pods),
            intDiv(t.seen_from + t.offset_ms, 3600000) * 3600000 AS hour_ms,
            if(t.opened, t.seen_from, t.may_from) + t.offset_ms - t.uncertainty_ms AS lo_ms,
            t.offset_ms + if(t.closed, t.seen_until + t.uncertainty_ms,
                greatest(t.seen_until + t.uncertainty_ms, t.may_until - t.uncertainty_ms - 1)) AS hi_ms,
            arrayMap(p -> p.3, arrayFilter(p -> p.1 <= t.seen_from AND t.seen_from < p.2, arrayConcat(t.own_pods, n.nodes))) AS senders,
            arrayMap(p -> p.3, arrayFilter(p -> p.1 <= t.seen_from AND t.seen_from < p.2, d.pods)) AS receivers
        FROM clocked AS t
        LEFT JOIN nodes_by_ip AS n ON n.ip = t.src_ip
        LEFT JOIN pods_by_ip AS d ON d.ip = t.dest_ip
    ),
    -- Between two pods of one node it never reaches the NIC.
    translations AS
    (
        SELECT * EXCEPT (senders, receivers) FROM placed
        WHERE (shard, hour_ms) IN (SELECT shard, hour_ms FROM {dirty:Identifier})
            AND (notEmpty(senders) OR origin_ip != src_ip)
            AND NOT hasAny(senders, receivers)
    ),
    -- A translation that a flow overlaps is that flow's; flows far outside the chunk count by their records.
    recorded_translations AS
    (
        SELECT DISTINCT t.tuple AS tuple, t.seen_from AS seen_from, t.seen_until AS seen_until, t.origin_ip AS origin_ip
        FROM (SELECT tuple, seen_from, seen_until, origin_ip, lo_ms, hi_ms FROM translations) AS t
        INNER JOIN
        (
            SELECT tuple, begin_ms, last_ms FROM {recorded:Identifier}
            UNION ALL
            SELECT tuple, first_ms AS begin_ms, at_ms AS last_ms FROM flow_record
            WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)}
                AND (first_ms < {from_ms:Int64} - {idle_ms:Int64} OR at_ms >= {until_ms:Int64} + {idle_ms:Int64})
                AND tuple IN (SELECT tuple FROM {translation:Identifier})
        ) AS f ON f.tuple = t.tuple
        WHERE f.last_ms >= t.lo_ms AND f.begin_ms <= t.hi_ms
    )
SELECT rowNumberInAllBlocks() AS n, *
FROM
(
    SELECT
        shard, tuple, intDiv(last_ms, 3600000) * 3600000 AS hour_ms,
        begin_ms, last_ms, begun, ended, denied,
        src_ip, dest_ip, src_port, dest_port, protocol, direction,
        packets_out, bytes_out, packets_in, bytes_in, rule,
        1 AS observed_by,
        if(c.pairs > 0, c.offset_ms, {pooled_offset_ms:Int64}) AS offset_ms,
        multiIf(c.pairs > 0, c.uncertainty_ms,
            src_ip IN (SELECT ip FROM pods_by_ip), {pooled_uncertainty_ms:Int64},
            {unmeasured_ms:Int64}) AS uncertainty_ms
    FROM {recorded:Identifier} AS r
    LEFT JOIN clocks AS c ON c.ip = r.src_ip
    WHERE (shard, hour_ms) IN (SELECT shard, hour_ms FROM {dirty:Identifier})
        AND NOT (direction = 1 AND (tuple, begin_ms) IN (SELECT tuple, begin_ms FROM seen_sent))
    UNION ALL
    SELECT
        shard, tuple, hour_ms,
        seen_from + offset_ms AS begin_ms, seen_until + offset_ms AS last_ms, opened AS begun, closed AS ended, 0 AS denied,
        src_ip, dest_ip, src_port, dest_port, protocol, 0 AS direction,
        packets_out, bytes_out, packets_in, bytes_in, '' AS rule,
        2 AS observed_by,
        offset_ms, uncertainty_ms
    FROM translations
    WHERE (tuple, seen_from, seen_until, origin_ip) NOT IN (SELECT tuple, seen_from, seen_until, origin_ip FROM recorded_translations)
)
