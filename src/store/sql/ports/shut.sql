-- ports/held of named pods and of nodes themselves. `since_ms`: a connection whose beginning was not seen was there before the interval, for all that is known;
-- `ends`: it was shut in the interval.
(
    SELECT *,
        if(begun, from_ms, least(from_ms, {from_ms:Int64} - 1)) AS since_ms,
        shut_ms < {until_ms:Int64} AND (shut_ms > {from_ms:Int64} OR since_ms >= {from_ms:Int64}) AS ends
    FROM {include ports/held}
    WHERE uid != '' OR told = 'node'
)
