-- Whether a row of records begins a flow, whatever was before: an E in the millisecond of its B may be that of the flow before.
(begun_ago_ms > 0 OR (begun_ago_ms < 0 AND state = 0))
