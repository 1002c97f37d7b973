-- How probable it is that each call by name went to each address of the name that its node had a flow to just then.
WITH
{include grading/day-flows},
{include grading/calls-by-name},
    ways AS
    (
        SELECT m.sighting AS sighting, m.dest_ip AS dest_ip, a.share / m.by_chance AS way, a.elsewhere AS elsewhere, a.how AS how
        FROM may_be AS m
        INNER JOIN name_address AS a ON a.host = m.host AND a.port = m.port AND a.dest_ip = m.dest_ip
        WHERE a.cluster = {cluster:String} AND a.generation = {generation:UInt64}
    )
SELECT {cluster:String} AS cluster, {generation:UInt64} AS generation, sighting, dest_ip, way / (elsewhere + sum(way) OVER (PARTITION BY sighting)) AS chance, how
FROM ways
