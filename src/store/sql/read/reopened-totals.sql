-- What the windows add up to whose answer changed since {changed_since_ms}.
SELECT count() AS windows, sum(r.flows) AS flows, sum(r.moved) AS moved, sum(r.gone) AS gone
FROM ({include read/reopened}) AS r
WHERE r.moved + r.gone > 0
