-- What the flow log saw of each repeated tuple in each direction: one row, however many records.
-- `plain` where sums tell all: at most one B, which came first, at most one E, which came last, and no ten idle minutes, are one flow.
-- Mirrors core/attribution/flow.ts; attribution.parity.test.ts holds the two together.
CREATE TABLE {session:Identifier} ENGINE = Memory AS
SELECT
    any(r.shard) AS shard, tuple, direction, state = 3 AS denied,
    any(r.src_ip) AS src_ip, any(r.src_port) AS src_port, any(r.dest_ip) AS dest_ip, any(r.dest_port) AS dest_port, any(r.protocol) AS protocol,
    min(r.first_ms) AS begin_ms,
    max(at_ms) AS last_ms,
    countIf(begun_ago_ms >= 0) + countIf(state = 0) > 0 AS begun,
    countIf(state = 2) > 0 AS ended,
    sum(r.packets_out) AS packets_out, sum(r.bytes_out) AS bytes_out, sum(r.packets_in) AS packets_in, sum(r.bytes_in) AS bytes_in,
    any(r.rule) AS rule,
    countIf(begun_ago_ms >= 0) + countIf(state = 0) <= 1 AND countIf(state = 2) <= 1
        AND (NOT begun OR minIf(r.first_ms, begun_ago_ms >= 0 OR state = 0) = begin_ms)
        AND (NOT ended OR maxIf(at_ms, state = 2) = last_ms)
        AND last_ms - begin_ms <= {idle_ms:Int64}
        AND min(cityHash64(r.rule)) = max(cityHash64(r.rule)) AS plain
FROM {include attribution/near-records} AS r
WHERE tuple IN (SELECT tuple FROM {repeated:Identifier})
GROUP BY tuple, direction, denied
