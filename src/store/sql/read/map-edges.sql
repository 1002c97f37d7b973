-- `together` as edges, the largest {limit} of them one by one and the rest as sums: the second half of map.sql and map-totals.sql. The rules are those of
-- core/flow-map.ts; test/map.test.ts holds the two together. Verdicts are arrays in the order of {kinds}. A line that ends in `-- if` and parameters is left
-- out where all of them are empty.
    -- Who had an address of the cluster all the time that is asked about. One that changed hands is nobody's.
    held AS
    (
        SELECT at, any(by_kind) AS kind, any(by_space) AS space, any(by_workload) AS workload, any(by_name) AS name
        FROM
        (
            SELECT ip AS at, 'workload' AS by_kind, toString(namespace) AS by_space, toString(workload_kind) AS by_workload, workload_name AS by_name
            FROM pod_lease
            WHERE cluster = {cluster:String} AND generation = {inventory:UInt64} AND host_network = 0
                AND may_from_ms < {until_ms:Int64} AND may_until_ms >= {from_ms:Int64}
            UNION ALL
            SELECT ip, 'node', '', '', toString(node)
            FROM node_lease
            WHERE cluster = {cluster:String} AND generation = {inventory:UInt64}
                AND may_from_ms < {until_ms:Int64} AND may_until_ms >= {from_ms:Int64}
        )
        GROUP BY at
        HAVING uniqExact(by_kind, by_space, by_workload, by_name) = 1
            AND (kind = 'node' OR has({named:Array(String)}, space)) -- if named
    ),
    hosts AS -- if to_host
    ( -- if to_host
        SELECT dest_ip AS at, arrayStringConcat(arraySort(groupUniqArray(lower(trimRight(toString(dest_host), '.')))), ', ') AS hosts -- if to_host
        FROM sighting -- if to_host
        WHERE cluster = {cluster:String} AND kind IN ('client', 'log', 'network') AND dest_ip != toIPv6('::') AND dest_host != '' -- if to_host
            AND isNull(toIPv6OrNull(toString(dest_host))) -- if to_host
            AND begin_ms < {until_ms:Int64} AND until_ms >= greatest({from_ms:Int64}, {told_from_ms:Int64}) -- if to_host
            AND (has({host_named:Array(String)}, namespace) OR (namespace = '' AND pod_uid IN (SELECT pod_uid FROM pods WHERE has({host_named:Array(String)}, namespace)))) -- if host_named
        GROUP BY at -- if to_host
    ), -- if to_host
    blocks AS -- if with_tags
    ( -- if with_tags
        SELECT -- if with_tags
            JSONExtractString(told, 'name') AS tag, -- if with_tags
            (lower(JSONExtractString(told, 'service')) = 'azurecloud' OR splitByChar('.', lower(tag))[1] = 'azurecloud') AS is_cloud, JSONExtractString(told, 'region') = '' AS is_everywhere, -- if with_tags
            has({control:Array(String)}, splitByChar('.', lower(tag))[1]) AS is_control, -- if with_tags
            toUInt8(toUInt8(splitByChar('/', block)[2]) + if(position(block, ':') > 0, 0, 96)) AS length, -- if with_tags
            IPv6CIDRToRange(toIPv6(splitByChar('/', block)[1]), length).1 AS first -- if with_tags
        FROM -- if with_tags
        ( -- if with_tags
            SELECT told, arrayJoin(splitByChar(' ', JSONExtractString(told, 'prefixes'))) AS block -- if with_tags
            FROM azure_resource FINAL -- if with_tags
            WHERE cluster = {cluster:String} AND type = 'service-tag' -- if with_tags
        ) -- if with_tags
        WHERE block != '' -- if with_tags
    ), -- if with_tags
    tagged AS -- if with_tags
    ( -- if with_tags
        SELECT at, argMin(tag, (is_cloud, -toInt16(length), is_everywhere, tag)) AS tag, max(is_control) AS is_control -- if with_tags
        FROM -- if with_tags
        ( -- if with_tags
            SELECT dest_ip AS at, arrayJoin((SELECT groupUniqArray(length) FROM blocks)) AS bits, IPv6CIDRToRange(dest_ip, bits).1 AS first_of -- if with_tags
            FROM (SELECT DISTINCT dest_ip FROM flow_total WHERE cluster = {cluster:String} AND dest_ip >= {dest_from:IPv6} AND dest_ip <= {dest_until:IPv6}) -- if with_tags
        ) AS d -- if with_tags
        INNER JOIN blocks AS b ON b.first = d.first_of AND b.length = d.bits -- if with_tags
        GROUP BY at -- if with_tags
    ), -- if with_tags
    edges AS
    (
        SELECT
            multiIf(
                t.verdict = 'node', 'node', p.of_uid != '', if({sender:String} = 'pod' AND t.verdict != 'probable', 'pod', 'workload'), t.verdict = 'relayed' AND t.uid = '', 'outside',
                t.verdict IN ('probable', 'ambiguous'), 'ambiguous', 'unattributed') AS from_kind,
            p.space AS from_space, p.workload AS from_workload, if(from_kind = 'node', t.of_node, p.name) AS from_name,
            if(from_kind = 'pod', t.uid, '') AS from_uid, if(from_kind = 'pod', p.pod, '') AS from_pod,
            {to:String} IN ('block', 'host', 'tag') AS is_grouped,
            multiIf(
                {to:String} = 'all', 'all',
                is_grouped AND h.kind != '', h.kind,
                g.tag != '' AND {to:String} = 'tag', 'tag', -- if with_tags
                s.hosts != '', 'host', -- if to_host
                {to:String} = 'block', 'block',
                {to:String} = 'port', 'port',
                'address') AS to_kind,
            multiIf(
                to_kind = 'tag', g.tag, -- if with_tags
                to_kind = 'host', s.hosts, -- if to_host
                to_kind IN ('workload', 'node'), h.name, '') AS to_text,
            multiIf(
                to_kind IN ('address', 'port'), t.dest_ip,
                to_kind = 'block', IPv6CIDRToRange(t.dest_ip, if(t.dest_ip BETWEEN toIPv6('0.0.0.0') AND toIPv6('255.255.255.255'), {block4:UInt8}, {block6:UInt8})).1,
                toIPv6('::')) AS to_ip,
            if(to_kind = 'port', t.dest_port, 0) AS to_port,
            if(to_kind = 'port', t.protocol, 0) AS to_protocol,
            if(to_kind = 'all', '', h.kind) AS held_kind, if(to_kind = 'all', '', h.space) AS held_space,
            if(to_kind = 'all', '', h.workload) AS held_workload, if(to_kind = 'all', '', h.name) AS held_name,
            arrayFirst(
                preset -> multiIf(
                    preset = 'dns', has({dns_ports:Array(UInt16)}, t.dest_port),
                    preset = 'kube-system', from_space = 'kube-system',
                    g.is_control, preset = 'azure', -- if with_tags
                    preset = 'azure' AND has({platform:Array(IPv6)}, t.dest_ip)),
                {hide:Array(String)}) AS hidden,
            sumForEach(arrayMap(kind -> if(kind = t.verdict, toFloat64(t.n), 0.), {kinds:Array(String)})) AS flows_by,
            sumForEach(arrayMap(kind -> if(kind = t.verdict, toFloat64(t.out) + toFloat64(t.received), 0.), {kinds:Array(String)})) AS bytes_by,
            sum(toFloat64(t.n)) AS flows, sum(toFloat64(t.out)) AS sent, sum(toFloat64(t.received)) AS got,
            min(t.first_ms) AS begins_ms, max(t.newest_ms) AS ends_ms, max(t.partly) AS any_partly, max(t.is_among) AS any_among,
            if({to:String} = 'all', [], arraySort(groupUniqArray(t.dest_ip))) AS addresses
        FROM together AS t
        LEFT JOIN
        (
            SELECT pod_uid AS of_uid, pod, toString(namespace) AS space, toString(workload_kind) AS workload, workload_name AS name FROM pods
            WHERE has({named:Array(String)}, namespace) -- if named
        ) AS p ON p.of_uid = t.uid
        LEFT JOIN held AS h ON h.at = t.dest_ip
        LEFT JOIN hosts AS s ON s.at = t.dest_ip -- if to_host
        LEFT JOIN tagged AS g ON g.at = t.dest_ip -- if with_tags
        GROUP BY from_kind, from_space, from_workload, from_name, from_uid, from_pod, to_kind, to_text, to_ip, to_port, to_protocol, held_kind, held_space, held_workload, held_name, hidden
    ),
    ranked AS
    (
        SELECT
            *,
            row_number() OVER (
                ORDER BY hidden != '', multiIf({by:String} = 'bytes', sent + got, {by:String} = 'sent', sent, flows) DESC, flows DESC,
                    from_kind, from_space, from_name, from_workload, from_pod, from_uid, to_kind, to_text, to_ip, to_port, to_protocol, held_space, held_workload) AS place
        FROM edges
    ),
    placed AS
    (
        SELECT
            *,
            hidden = '' AND place <= {limit:UInt32} AS is_listed,
            hidden = '' AND min(place) OVER (PARTITION BY from_kind, from_space, from_workload, from_name, from_uid) <= {limit:UInt32} AS is_sender_listed
        FROM ranked
    )
SELECT
    hidden AS hidden_by,
    is_listed AS listed,
    if(is_sender_listed, from_kind, '') AS sender_kind,
    if(is_sender_listed, from_space, '') AS sender_space,
    if(is_sender_listed, from_workload, '') AS sender_workload,
    if(is_sender_listed, from_name, '') AS sender_name,
    if(is_sender_listed, from_uid, '') AS sender_uid,
    if(is_sender_listed, from_pod, '') AS sender_pod,
    if(is_listed, to_kind, '') AS dest_kind,
    if(is_listed, to_text, '') AS dest_text,
    if(is_listed, to_ip, toIPv6('::')) AS dest_first,
    if(is_listed, to_port, 0) AS port,
    if(is_listed, to_protocol, 0) AS by_protocol,
    if(is_listed, held_kind, '') AS holder_kind,
    if(is_listed, held_space, '') AS holder_space,
    if(is_listed, held_workload, '') AS holder_workload,
    if(is_listed, held_name, '') AS holder_name,
    -- Parts of an aggregate sum to a whole again.
    arrayMap(x -> round(x, 9), sumForEach(flows_by)) AS flows,
    arrayMap(x -> round(x, 3), sumForEach(bytes_by)) AS bytes,
    round(sum(sent), 3) AS bytes_out, round(sum(got), 3) AS bytes_in,
    min(begins_ms) AS first_ms, max(ends_ms) AS last_ms,
    max(any_partly) AS partly, max(any_among) AS is_among,
    count() AS edges,
    uniqExact(from_kind, from_space, from_workload, from_name, from_uid) AS senders,
    uniqExact(to_kind, to_text, to_ip, to_port, to_protocol, held_kind, held_space, held_workload, held_name) AS destinations,
    if(listed, arraySlice(any(addresses), 1, {listed_addresses:UInt32}), []) AS dest_addresses,
    if(listed, any(length(addresses)), 0) AS address_count
FROM placed
GROUP BY hidden_by, listed, sender_kind, sender_space, sender_workload, sender_name, sender_uid, sender_pod, dest_kind, dest_text, dest_first, port, by_protocol,
    holder_kind, holder_space, holder_workload, holder_name
ORDER BY hidden_by, listed DESC, min(place)
