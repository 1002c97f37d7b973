-- Flows that a relay of the cluster sent: like exact ones they name a pod, which only forwarded.

ALTER TABLE flow MODIFY COLUMN said Enum8(
        'exact by translation' = 1, 'exact by lease' = 2, 'node' = 3, 'forwarded-inbound' = 4,
        'no-translation' = 5, 'translation-uncertain' = 6, 'conntrack-gap' = 7, 'windows-node' = 8,
        'ip-shared' = 9, 'lease-uncertain' = 10, 'lease-uncertain by translation' = 11, 'tuple-shared' = 12,
        'node-unknown' = 13, 'not-outbound' = 14, 'inventory-gap' = 15, 'no-lease-then' = 16, 'no-lease-then by translation' = 17,
        'dns by translation' = 18, 'dns by lease' = 19, 'proxy by translation' = 20, 'proxy by lease' = 21,
        'egress-gateway by translation' = 22, 'egress-gateway by lease' = 23, 'sidecar by translation' = 24, 'sidecar by lease' = 25) CODEC(ZSTD(1));

ALTER TABLE flow_total MODIFY COLUMN said Enum8(
        'exact by translation' = 1, 'exact by lease' = 2, 'node' = 3, 'forwarded-inbound' = 4,
        'no-translation' = 5, 'translation-uncertain' = 6, 'conntrack-gap' = 7, 'windows-node' = 8,
        'ip-shared' = 9, 'lease-uncertain' = 10, 'lease-uncertain by translation' = 11, 'tuple-shared' = 12,
        'node-unknown' = 13, 'not-outbound' = 14, 'inventory-gap' = 15, 'no-lease-then' = 16, 'no-lease-then by translation' = 17,
        'dns by translation' = 18, 'dns by lease' = 19, 'proxy by translation' = 20, 'proxy by lease' = 21,
        'egress-gateway by translation' = 22, 'egress-gateway by lease' = 23, 'sidecar by translation' = 24, 'sidecar by lease' = 25) CODEC(ZSTD(1));

ALTER TABLE flow MODIFY COLUMN verdict Enum8('exact' = 1, 'probable' = 2, 'ambiguous' = 3, 'relayed' = 4, 'node' = 5, 'unattributed' = 6)
        ALIAS multiIf(toInt8(said) <= 2, 'exact', toInt8(said) = 3, 'node', toInt8(said) = 4 OR toInt8(said) >= 18, 'relayed', toInt8(said) <= 12, 'ambiguous', 'unattributed');

ALTER TABLE flow_total MODIFY COLUMN verdict Enum8('exact' = 1, 'probable' = 2, 'ambiguous' = 3, 'relayed' = 4, 'node' = 5, 'unattributed' = 6)
        ALIAS multiIf(toInt8(said) <= 2, 'exact', toInt8(said) = 3, 'node', toInt8(said) = 4 OR toInt8(said) >= 18, 'relayed', toInt8(said) <= 12, 'ambiguous', 'unattributed');

ALTER TABLE flow MODIFY COLUMN pod_port UInt16
        ALIAS if(toInt8(said) IN (1, 18, 20, 22, 24), toUInt16(src_port + src_port_moved), 0);

-- translation, lease; empty where neither bears on it
ALTER TABLE flow MODIFY COLUMN evidence String
        ALIAS multiIf(toInt8(said) IN (2, 19, 21, 23, 25), 'lease', toInt8(said) IN (1, 3, 4, 11, 12, 17, 18, 20, 22, 24), 'translation', '');
