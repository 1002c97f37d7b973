        -- What senders sent in whole hours; each row stands for its flows. What the rates may name is looked at flow by flow.
        UNION ALL
        SELECT
            {include read/kept-senders}
        FROM sender_hour
        WHERE cluster = {cluster:String} AND hour_ms NOT IN {minute_hours:Array(Int64)}
            {include read/kept-senders-of}
