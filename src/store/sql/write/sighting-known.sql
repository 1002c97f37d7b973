-- Which of the staged sightings are there already.
CREATE TABLE {known:Identifier} ENGINE = Memory AS
SELECT DISTINCT identity
FROM sighting
WHERE cluster = {cluster:String}
    AND intDiv(begin_ms, 3600000) IN (SELECT DISTINCT intDiv(begin_ms, 3600000) FROM {staged:Identifier})
    AND identity IN (SELECT identity FROM {staged:Identifier})
