(
    SELECT dest_host FROM sighting
    WHERE cluster = {cluster:String} AND begin_ms >= {from_ms:Int64} AND begin_ms < {until_ms:Int64} AND dest_host != '' AND dest_ip != toIPv6('::')
        AND NOT arrayExists((a, b) -> dest_ip BETWEEN a AND b, {dest_first:Array(IPv6)}, {dest_last:Array(IPv6)})
)
