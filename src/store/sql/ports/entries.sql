-- Connections that hold a port of a node's address, one a row: from when to when, and who made it: `origin_ip` where conntrack tells, else what the
-- verdict on the flow says. conntrack's entries are told apart as core/attribution/translation.ts does; an entry that was not seen to end is there
-- still. Those that began more than {lookback_ms} before the interval are taken from the flows, as are those that the flow log alone saw: of a flow
-- that was not seen to end, no more is known than that it may be idle for {idle_ms}.
WITH
    older AS
    (
        SELECT
            src_ip AS node_ip, dest_ip, dest_port, protocol, toIPv6('::') AS origin_ip,
            if(toInt8(said) <= 2, toString(pod_uids[1]), '') AS uid, if(toInt8(said) <= 2, 'exact', toString(verdict)) AS told, reason,
            begin_ms AS from_ms,
            multiIf(ended, last_ms, observed_by = 2, {open_ms:Int64}, last_ms + {idle_ms:Int64}) AS until_ms,
            tuple, observed_by
        FROM flow
        WHERE cluster = {cluster:String} AND direction = 0 AND NOT denied AND observed_by <= 3
            AND begin_ms < {until_ms:Int64} AND (observed_by = 1 OR begin_ms < {from_ms:Int64} - {lookback_ms:Int64})
            AND until_ms > {from_ms:Int64}
            AND shard IN {shards:Array(UInt8)}
            AND src_ip IN (SELECT ip FROM node_lease WHERE cluster = {cluster:String} AND generation = {inventory:UInt64})
            AND (shard, hour_ms, generation) IN
                (SELECT shard, hour_ms, max(generation) FROM window_current WHERE cluster = {cluster:String} GROUP BY shard, hour_ms)
    ),
    tracked AS
    (
        SELECT
            reply_dest_ip AS node_ip, reply_src_ip AS dest_ip, reply_src_port AS dest_port, protocol, any(tuple) AS tuple,
            -- When, whether it opens, whether it closes, whose it is and from which port, and since when as the line states it.
            groupArrayArray(multiIf(
                new_ago_ms < 0, [(at_ms, toUInt8(kind = 0), toUInt8(kind = 2), orig_src_ip, orig_src_port, greatest(started_ms, 0))],
                new_ago_ms = 0, [(at_ms, toUInt8(1), toUInt8(1), orig_src_ip, orig_src_port, greatest(started_ms, 0))],
                [
                    (at_ms - new_ago_ms, toUInt8(1), toUInt8(0), orig_src_ip, orig_src_port, toInt64(0)),
                    (at_ms, toUInt8(0), toUInt8(1), orig_src_ip, orig_src_port, greatest(started_ms, 0))
                ])) AS lines,
            arraySort(m -> (m.1, m.2, m.4, m.5), if(
                length(lines) = 1 OR length(lines) = arrayUniq(arrayMap(m -> (m.1, m.4, m.5), lines)), lines,
                -- What one millisecond says of one origin is one moment.
                arrayMap(
                    k -> (k.1, arrayMax(m -> m.2, arrayFilter(m -> (m.1, m.4, m.5) = k, lines)), arrayMax(m -> m.3, arrayFilter(m -> (m.1, m.4, m.5) = k, lines)),
                        k.2, k.3, arrayMax(m -> m.6, arrayFilter(m -> (m.1, m.4, m.5) = k, lines))),
                    arrayDistinct(arrayMap(m -> (m.1, m.4, m.5), lines))))) AS moments,
            arrayFilter(
                i -> i = 1 OR moments[i].2 OR moments[i - 1].3 OR moments[i].4 != moments[i - 1].4 OR moments[i].5 != moments[i - 1].5,
                arrayEnumerate(moments)) AS firsts,
            arrayMap(
                (i, next) ->
                (
                    moments[i].4,
                    if(moments[i].2 OR arrayMax(m -> m.6, arraySlice(moments, i, next - i)) = 0,
                        moments[i].1,
                        -- A stated start is a whole second: once that second was over, the entry was there.
                        least(moments[i].1, greatest(
                            if(i = 1, 0, moments[i - 1].1), arrayMax(m -> m.6, arraySlice(moments, i, next - i)) + {stamp_ms:Int64}))),
                    multiIf(
                        moments[next - 1].3, moments[next - 1].1,
                        next <= length(moments), moments[next].1,
                        {open_ms:Int64}),
                    i = 1 AND NOT moments[i].2
                ),
                firsts, arrayPopFront(arrayPushBack(firsts, toUInt32(length(moments) + 1)))) AS runs
        FROM conntrack_event
        WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)}
            AND at_ms >= {from_ms:Int64} - {lookback_ms:Int64}
            AND at_ms < {until_ms:Int64} + {lookback_ms:Int64}
            AND reply_dest_ip IN (SELECT ip FROM node_lease WHERE cluster = {cluster:String} AND generation = {inventory:UInt64})
            AND (orig_src_ip != reply_dest_ip
                OR (object, reply_dest_ip) IN (SELECT object, ip FROM conntrack_teller WHERE cluster = {cluster:String}))
        GROUP BY reply_dest_ip, reply_dest_port, reply_src_ip, reply_src_port, protocol
    )
SELECT
    node_ip, dest_ip, dest_port, protocol, run.1 AS origin_ip, '' AS uid, '' AS told, '' AS reason,
    run.2 AS from_ms, run.3 AS until_ms
FROM tracked
ARRAY JOIN runs AS run
WHERE from_ms < {until_ms:Int64} AND until_ms > {from_ms:Int64} AND from_ms < until_ms
    AND NOT (run.4 AND tuple IN (SELECT tuple FROM older WHERE observed_by != 1))
UNION ALL
SELECT node_ip, dest_ip, dest_port, protocol, origin_ip, uid, told, reason, from_ms, until_ms
FROM older
