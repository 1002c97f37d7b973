-- The inventory in force.
SELECT max(generation) AS generation FROM inventory_current WHERE cluster = {cluster:String}
