-- How many loose tuples reach back to rows of a time near them, how many further, and how far.
WITH (SELECT min(first) FROM {loose:Identifier}) - {far_ms:Int64} AS bound
SELECT bound, countIf(from_ms >= bound) AS near, minIf(from_ms, from_ms >= bound) AS near_from, countIf(from_ms < bound) AS far, minIf(from_ms, from_ms < bound) AS far_from
FROM {reach:Identifier}
