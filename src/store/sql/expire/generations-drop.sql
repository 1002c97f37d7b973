-- Leases and clocks that were in force before {number} and are no more. Who reads them has asked for them a moment ago.
ALTER TABLE {table:Identifier} DELETE
WHERE generation < {number:UInt64}
    AND (cluster, generation) NOT IN
        (SELECT cluster, argMax(c.generation, (c.generation, c.write)) FROM inventory_current AS c GROUP BY cluster)
SETTINGS mutations_sync = 1
