-- The newest number of a write or a generation that is known to be from before a time; 0: none is.
SELECT max(number) AS number FROM number_at WHERE at_ms < {at_ms:Int64}
