-- ports/held of named pods and of nodes themselves, with whether each was shut in the interval.
(
    SELECT *, shut_ms < {until_ms:Int64} AND (shut_ms > {from_ms:Int64} OR from_ms >= {from_ms:Int64}) AS ends
    FROM {include ports/held}
    WHERE uid != '' OR told = 'node'
)
