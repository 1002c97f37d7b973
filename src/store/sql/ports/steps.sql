-- When ports of each address of a node were taken and given back for each destination: how many up to each step of {step_ms} since the step before. Those
-- that were held as the interval began are taken at step 0.
SELECT
    node_ip, dest_ip, dest_port, protocol,
    sumMap([intDiv(greatest(from_ms - {from_ms:Int64}, 0) + {step_ms:Int64} - 1, {step_ms:Int64})], [toUInt64(1)]) AS taken,
    sumMapIf([intDiv(until_ms - {from_ms:Int64} + {step_ms:Int64} - 1, {step_ms:Int64})], [toUInt64(1)], until_ms < {until_ms:Int64}) AS given
FROM {include ports/held}
GROUP BY node_ip, dest_ip, dest_port, protocol
