(SELECT shard, hour_ms FROM window_current WHERE cluster = {cluster:String} AND tick = 0)
