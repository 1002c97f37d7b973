-- The shard of a row with `src_ip` and `dest_ip`: a hash of the address on our side (`host-side.ts`).
toUInt8(cityHash64(if(
    arrayExists((a, b) -> dest_ip BETWEEN toIPv6(a) AND toIPv6(b),
        ['::ffff:10.0.0.0', '::ffff:172.16.0.0', '::ffff:192.168.0.0', '::ffff:100.64.0.0', '::ffff:169.254.0.0', 'fc00::', 'fe80::'],
        ['::ffff:10.255.255.255', '::ffff:172.31.255.255', '::ffff:192.168.255.255', '::ffff:100.127.255.255', '::ffff:169.254.255.255',
            'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff'])
    AND NOT arrayExists((a, b) -> src_ip BETWEEN toIPv6(a) AND toIPv6(b),
        ['::ffff:10.0.0.0', '::ffff:172.16.0.0', '::ffff:192.168.0.0', '::ffff:100.64.0.0', '::ffff:169.254.0.0', 'fc00::', 'fe80::'],
        ['::ffff:10.255.255.255', '::ffff:172.31.255.255', '::ffff:192.168.255.255', '::ffff:100.127.255.255', '::ffff:169.254.255.255',
            'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff']),
    dest_ip, src_ip)) % 256)
