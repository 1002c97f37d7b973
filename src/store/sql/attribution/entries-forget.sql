-- What is over, and what is left open by lines that are older than anybody looks back: `entry_forgotten` says so before.
ALTER TABLE entry_reach DELETE
WHERE cluster = {cluster:String}
    AND ((gone_ms >= told_ms AND gone_ms < {until_ms:Int64}) OR greatest(told_ms, gone_ms) < {until_ms:Int64} - {lookback_ms:Int64} - 3600000)
SETTINGS mutations_sync = 1
