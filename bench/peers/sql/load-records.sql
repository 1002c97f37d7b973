-- Hour blobs to typed rows. Nothing is checked and nothing deduplicated: that favours DuckDB.
CREATE TABLE flow_record AS
SELECT
    t[1]::BIGINT AS at_ms, t[2] AS src_ip, t[3] AS dest_ip, t[4]::USMALLINT AS src_port, t[5]::USMALLINT AS dest_port,
    t[6]::UTINYINT AS protocol, t[7] AS direction, t[8] AS state, t[9] AS encryption,
    t[10]::UBIGINT AS packets_out, t[11]::UBIGINT AS bytes_out, t[12]::UBIGINT AS packets_in, t[13]::UBIGINT AS bytes_in,
    rule, mac
FROM
(
    SELECT string_split(tuple, ',') AS t, rule, mac
    FROM
    (
        SELECT unnest(g.flowTuples) AS tuple, g.rule AS rule, mac
        FROM
        (
            SELECT unnest(f.flowGroups) AS g, mac
            FROM
            (
                SELECT unnest(r.flowRecords.flows) AS f, r.macAddress AS mac
                FROM
                (
                    SELECT unnest(records) AS r
                    FROM read_json({blobs}, maximum_object_size = {largest}, columns =
                        {records: 'STRUCT(macAddress VARCHAR, flowRecords STRUCT(flows STRUCT(flowGroups STRUCT(rule VARCHAR, flowTuples VARCHAR[])[])[]))[]'})
                )
            )
        )
    )
);
