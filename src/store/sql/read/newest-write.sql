-- The largest number ever given to a write or a generation.
SELECT greatest(
    (SELECT max(write) FROM write_log),
    (SELECT max(write) FROM window_touched),
    (SELECT max(generation) FROM window_current),
    (SELECT max(generation) FROM flow),
    (SELECT max(generation) FROM window_reopened),
    (SELECT max(generation) FROM verdict_change),
    (SELECT max(greatest(generation, write)) FROM inventory_current),
    (SELECT max(number) FROM inventory_applied),
    (SELECT max(generation) FROM stretch),
    (SELECT max(generation) FROM pod_lease)) AS write
