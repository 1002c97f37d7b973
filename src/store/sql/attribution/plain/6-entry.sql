-- The conntrack lines of each wire tuple, summed up, on the node's clock, and whom they name.
-- `plain` where the sum tells all: one origin, one NEW, which came first, at most one DESTROY, which came last, are one entry;
-- and of a datagram's entry, if nobody else held the address while it lasted.
-- Only the node that owns the wire's source address is believed: others see its traffic too, untranslated.
-- Mirrors core/attribution/translation.ts and `nameOf` in core/attribution/attribute.ts.
CREATE TABLE {entry:Identifier} ENGINE = Memory AS
WITH
    6 AS tcp,
    -- Whom an entry names.
    1 AS of_pod, 2 AS of_node, 3 AS of_outside, 4 AS of_nobody, 5 AS of_pods,
    (SELECT arrayMap(a -> a.2, arraySort(a -> a.1, groupArray((n, leases)))) FROM {address:Identifier}) AS leases_of,
    lines AS
    (
        SELECT
            shard, tuple, protocol, reply_dest_ip AS src_ip, reply_dest_port AS src_port, reply_src_ip AS dest_ip, reply_src_port AS dest_port,
            orig_src_ip AS origin_ip, orig_src_port AS origin_port,
            first_ms AS seen_from, at_ms AS seen_until, kind = 2 AS closed, first_ms AS before_end,
            toInt64(timeout_s) * 1000 AS idle, kind = 2 AND forced = 1 AS force,
            packets_orig AS packets_out, bytes_orig AS bytes_out, packets_reply AS packets_in, bytes_reply AS bytes_in,
            kind = 0 OR new_ago_ms >= 0 AS one
        FROM {include attribution/near-lines}
        WHERE tuple NOT IN (SELECT tuple FROM {several:Identifier})
        UNION ALL
        SELECT
            any(c.shard) AS shard, tuple, any(c.protocol) AS protocol,
            any(reply_dest_ip) AS src_ip, any(reply_dest_port) AS src_port, any(reply_src_ip) AS dest_ip, any(reply_src_port) AS dest_port,
            any(orig_src_ip) AS origin_ip, any(orig_src_port) AS origin_port,
            min(first_ms) AS seen_from, max(at_ms) AS seen_until, countIf(kind = 2) > 0 AS closed,
            -- The last line that is no DESTROY.
            greatest(maxIf(at_ms, kind != 2), maxIf(first_ms, new_ago_ms >= 0)) AS before_end,
            toInt64(minIf(timeout_s, (kind IN (0, 1) OR new_ago_ms >= 0) AND timeout_s > 0)) * 1000 AS idle,
            max(kind = 2 AND forced = 1) AS force,
            max(packets_orig) AS packets_out, max(bytes_orig) AS bytes_out, max(packets_reply) AS packets_in, max(bytes_reply) AS bytes_in,
            countIf(kind = 0 OR new_ago_ms >= 0) = 1 AND minIf(first_ms, kind = 0 OR new_ago_ms >= 0) = seen_from
                AND countIf(kind = 2) <= 1 AND (NOT closed OR (maxIf(at_ms, kind = 2) = seen_until AND (before_end < seen_until OR seen_from = seen_until)))
                AND min(orig_src_ip) = max(orig_src_ip) AND min(orig_src_port) = max(orig_src_port) AS one
        FROM {include attribution/near-lines} AS c
        WHERE tuple IN (SELECT tuple FROM {several:Identifier})
        GROUP BY tuple
    ),
    spans AS
    (
        SELECT
            *,
            if(closed, seen_until, {open_ms:Int64}) AS may_until,
            -- An entry that a timeout ended has been idle for that long.
            greatest(may_until - if(closed AND NOT force, idle, 0), if(seen_from = seen_until, seen_from, before_end)) AS active_until
        FROM lines
    ),
    owned AS
    (
        SELECT s.*, leases_of[a.n] AS leases
        FROM spans AS s
        LEFT ANY JOIN (SELECT ip, n FROM {address:Identifier}) AS a ON a.ip = s.origin_ip
    ),
    held AS
    (
        SELECT
            * EXCEPT (leases), empty(leases) AS unknown,
            arrayFilter(l -> l.1 <= seen_from AND seen_from < l.4, leases) AS possible,
            arrayFilter(l -> l.2 <= seen_from AND seen_from < l.3, possible) AS certain,
            length(arrayDistinct(possible.5)) AS holders,
            protocol = tcp OR (length(leases) = 1 AND holders = 1)
                OR length(arrayDistinct(arrayFilter(l -> l.1 <= greatest(seen_from, active_until) AND seen_from < l.4, leases).5)) = holders AS no_heir
        FROM owned
    ),
    named AS
    (
        SELECT
            *,
            multiIf(
                length(certain) = 1, certain[1].5,
                empty(certain) AND length(possible) = 1
                    AND arrayExists((f, u) -> f <= seen_from AND seen_from < u, {watched_from:Array(Int64)}, {watched_until:Array(Int64)}), possible[1].5,
                0) AS holder,
            multiIf(
                origin_ip = src_ip, of_node,
                unknown, if(
                    arrayExists((f, u) -> origin_ip BETWEEN f AND u, {pods_first:Array(IPv6)}, {pods_last:Array(IPv6)})
                    OR arrayExists((f, u) -> origin_ip BETWEEN f AND u, {private_first:Array(IPv6)}, {private_last:Array(IPv6)}),
                    of_nobody, of_outside),
                holder > 0 AND (protocol = tcp OR holders = 1), of_pod,
                holders = 0, of_nobody,
                of_pods) AS kind
        FROM held
    )
SELECT
    shard, tuple, protocol, src_ip, src_port, dest_ip, dest_port, origin_ip, origin_port,
    seen_from, seen_until, closed, packets_out, bytes_out, packets_in, bytes_in,
    -- Several possible holders are a list, so not plain.
    one AND no_heir AND kind != of_pods AS plain,
    toUInt8(kind) AS kind,
    toUInt32(holder) AS holder
FROM named
