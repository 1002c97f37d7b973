-- Flows in force in the shape of NTANetAnalytics: one row a flow, where Traffic Analytics sums up ten minutes or an hour. As there, the address
-- of the far side stands in DestIp or SrcIp where it is private, and packed in DestPublicIps or SrcPublicIps where it is not:
-- address|flows started|flows ended|packets and bytes that way, packets and bytes back. When a row would have arrived nobody knows: TimeGenerated is the last record.
WITH
    ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7', 'fe80::/10'] AS private,
    replaceRegexpOne(toString(src_ip), '^::ffff:', '') AS src,
    replaceRegexpOne(toString(dest_ip), '^::ffff:', '') AS dest,
    arrayExists(p -> isIPAddressInRange(src, p), private) AS src_near,
    arrayExists(p -> isIPAddressInRange(dest, p), private) AS dest_near,
    concat('|', toString(if(begun, flows, 0)), '|', toString(if(ended, flows, 0)), '|', toString(packets_out), '|', toString(packets_in), '|', toString(bytes_out), '|', toString(bytes_in)) AS packed
SELECT
    (last_ms + 62135596800000) * 10000 AS TimeGenerated,
    (last_ms - lasted_ms + 62135596800000) * 10000 AS FlowStartTime,
    (last_ms + 62135596800000) * 10000 AS FlowEndTime,
    'FlowLog' AS SubType,
    'NTANetAnalytics' AS Type,
    if(direction = 0, 'Outbound', 'Inbound') AS FlowDirection,
    if(denied, 'Denied', 'Allowed') AS FlowStatus,
    transform(protocol, [6, 17], ['TCP', 'UDP'], toString(protocol)) AS L4Protocol,
    if(src_near, src, '') AS SrcIp,
    if(src_near, '', concat(src, packed)) AS SrcPublicIps,
    if(dest_near, dest, '') AS DestIp,
    if(dest_near, '', concat(dest, packed)) AS DestPublicIps,
    toInt32(dest_port) AS DestPort,
    toString(rule) AS AclRule,
    toInt64(packets_out) AS PacketsSrcToDest,
    toInt64(packets_in) AS PacketsDestToSrc,
    toInt64(bytes_out) AS BytesSrcToDest,
    toInt64(bytes_in) AS BytesDestToSrc,
    toInt64(if(direction = 0 AND NOT denied AND begun, flows, 0)) AS AllowedOutFlows,
    toInt64(if(direction = 1 AND NOT denied AND begun, flows, 0)) AS AllowedInFlows,
    toInt64(if(direction = 0 AND denied, flows, 0)) AS DeniedOutFlows,
    toInt64(if(direction = 1 AND denied, flows, 0)) AS DeniedInFlows,
    toInt64(if(ended, flows, 0)) AS CompletedFlows
FROM flow
WHERE cluster = {cluster:String}
    AND last_ms >= {kept_ms:Int64}
    AND (shard, hour_ms, tick, generation) IN
        (SELECT shard, hour_ms, tick, max(generation) FROM window_current WHERE cluster = {cluster:String} GROUP BY shard, hour_ms, tick)
