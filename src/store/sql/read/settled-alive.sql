-- Of what is settled the rows with flows that were alive in the interval, up to where flows are kept from on.
cluster = {cluster:String} AND hour_ms >= {settled_hours_ms:Int64} AND hour_ms < {settled_until_ms:Int64}
    AND last_ms >= {settled_from_ms:Int64} AND first_begin_ms < {until_ms:Int64}
    AND has({verdicts:Array(String)}, toString(verdict)) -- if verdicts
    AND has({nodes:Array(String)}, node) -- if nodes
