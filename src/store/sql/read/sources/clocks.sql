SELECT ip, offset_ms, uncertainty_ms, pairs FROM clock_offset WHERE cluster = {cluster:String} AND generation = {inventory:UInt64}
