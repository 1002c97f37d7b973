-- Lines of `conntrack -E -o timestamp,id,extended` to typed rows.
CREATE TABLE conntrack_event AS
SELECT
    (e.s || e.ms)::BIGINT AS at_ms, e.kind AS kind, e.protocol::UTINYINT AS protocol,
    e.osrc AS orig_src_ip, e.osport::USMALLINT AS orig_src_port,
    e.rsrc AS reply_src_ip, e.rsport::USMALLINT AS reply_src_port, e.rdst AS reply_dest_ip, e.rdport::USMALLINT AS reply_dest_port,
    e.id::UBIGINT AS id
FROM
(
    SELECT regexp_extract(line,
        '^\[(\d+)\.(\d{3})\d*\]\s+\[(\w+)\s*\] ipv[46]\s+\d+ \w+\s+(\d+) .*?src=(\S+) dst=\S+ sport=(\d+) dport=\d+ .*?src=(\S+) dst=(\S+) sport=(\d+) dport=(\d+).* id=(\d+)',
        ['s', 'ms', 'kind', 'protocol', 'osrc', 'osport', 'rsrc', 'rdst', 'rsport', 'rdport', 'id']) AS e
    FROM read_csv({conntrack}, delim = '\x01', quote = '', escape = '', header = false, auto_detect = false, columns = {line: 'VARCHAR'})
)
WHERE e.id != '';
