-- A firewall's log is told of apart from the flow log. A part that was written before is read until it is merged.
ALTER TABLE flow_record DROP PROJECTION IF EXISTS told;
ALTER TABLE flow_record ADD PROJECTION IF NOT EXISTS told_of_logs
(SELECT cluster, log, count(), countIf(begun_ago_ms >= 0), min(at_ms - greatest(begun_ago_ms, 0)), max(at_ms) GROUP BY cluster, log);
