-- Flows of the tangled tuples, as the flow log shows them.
-- Mirrors core/attribution/flow.ts; attribution.parity.test.ts holds the two together.
-- Reads ten idle minutes past both ends of the chunk, and further back the tuples that were alive when it begins.
CREATE TABLE {recorded:Identifier} ENGINE = Memory AS
WITH
    {idle_ms:Int64} AS idle,
    each AS
    (
        SELECT
            shard, tuple, src_ip, src_port, dest_ip, dest_port, protocol, direction, rule,
            arrayJoin(arrayConcat(
                if(begun_ago_ms < 0, [], [(f.at_ms - begun_ago_ms, toUInt8(0), toUInt64(0), toUInt64(0), toUInt64(0), toUInt64(0))]),
                [(f.at_ms, f.state, f.packets_out, f.bytes_out, f.packets_in, f.bytes_in)])) AS r,
            r.1 AS at_ms, r.2 AS state, r.3 AS packets_out, r.4 AS bytes_out, r.5 AS packets_in, r.6 AS bytes_in
        FROM flow_record AS f
        WHERE f.cluster = {cluster:String} AND f.shard IN {shards:Array(UInt8)} AND tuple IN (SELECT tuple FROM {tangled:Identifier})
            AND f.at_ms < {until_ms:Int64} + 2 * idle
            AND (f.at_ms >= {from_ms:Int64} - idle OR ({early:UInt8} = 1 AND tuple IN
            (
                SELECT tuple FROM flow_record
                WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)}
                    AND at_ms >= {from_ms:Int64} - idle AND first_ms < {from_ms:Int64}
            )))
    ),
    moments AS
    (
        SELECT
            shard, tuple, src_ip, src_port, dest_ip, dest_port, protocol, direction,
            state = 3 AS denied,
            at_ms,
            max(state = 0) AS has_begin,
            max(state = 2) AS has_end,
            (sumIf(packets_out, state = 2), sumIf(bytes_out, state = 2), sumIf(packets_in, state = 2), sumIf(bytes_in, state = 2)) AS of_end,
            (sumIf(packets_out, state != 2), sumIf(bytes_out, state != 2), sumIf(packets_in, state != 2), sumIf(bytes_in, state != 2)) AS of_rest,
            min(rule) AS moment_rule
        FROM each
        WHERE at_ms < {until_ms:Int64} + idle
        GROUP BY shard, tuple, src_ip, src_port, dest_ip, dest_port, protocol, direction, denied, at_ms
    ),
    sessions AS
    (
        SELECT
            shard, tuple, src_ip, src_port, dest_ip, dest_port, protocol, direction, denied,
            arraySort(m -> m.1, groupArray((at_ms, has_begin, has_end, of_end, of_rest, moment_rule))) AS ms
        FROM moments
        GROUP BY shard, tuple, src_ip, src_port, dest_ip, dest_port, protocol, direction, denied
    ),
    -- B and E in one millisecond: the E ends the flow that was open before, if one was.
    stepped AS
    (
        SELECT
            * EXCEPT (ms),
            arrayFlatten(arrayMap(
                (m, at0, end0) -> if(m.2 AND m.3 AND m.1 - at0 <= idle AND NOT end0,
                    [(m.1, toUInt8(0), toUInt8(1), m.4, m.6), (m.1, toUInt8(1), toUInt8(0), m.5, m.6)],
                    [(m.1, m.2, m.3, tuplePlus(m.4, m.5), m.6)]),
                ms,
                arrayPushFront(arrayPopBack(ms.1), toInt64(0)),
                arrayPushFront(arrayPopBack(ms.3), toUInt8(1)))) AS steps
        FROM sessions
    ),
    runs AS
    (
        SELECT
            * EXCEPT (steps),
            arrayJoin(arraySplit(
                (s, at0, end0) -> s.2 OR end0 OR s.1 - at0 > idle,
                steps,
                arrayPushFront(arrayPopBack(steps.1), toInt64(0)),
                arrayPushFront(arrayPopBack(steps.3), toUInt8(1)))) AS run
        FROM stepped
    )
SELECT
    shard, tuple, src_ip, src_port, dest_ip, dest_port, protocol, direction, denied,
    run[1].1 AS begin_ms,
    run[-1].1 AS last_ms,
    run[1].2 AS begun,
    run[-1].3 AS ended,
    arraySum(s -> s.4.1, run) AS packets_out,
    arraySum(s -> s.4.2, run) AS bytes_out,
    arraySum(s -> s.4.3, run) AS packets_in,
    arraySum(s -> s.4.4, run) AS bytes_in,
    run[1].5 AS rule
FROM runs
