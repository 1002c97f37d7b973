        -- The same of whole minutes, of hours that are cut or still told.
        UNION ALL
        SELECT
            {include read/kept-senders}
        FROM sender_minute
        WHERE cluster = {cluster:String} AND hour_ms IN {minute_hours:Array(Int64)} AND intDiv(hour_ms, 60000) + minute NOT IN {cut_minutes:Array(Int64)}
            {include read/kept-senders-of}
