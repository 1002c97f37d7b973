-- From the first to the last that was told of the pod, which a purge of a time goes by: the inventory forgets it sooner. Of rows of before only their end is known.
ALTER TABLE settled_pod ADD COLUMN IF NOT EXISTS known_from_ms Int64 DEFAULT until_ms;
ALTER TABLE settled_pod ADD COLUMN IF NOT EXISTS known_until_ms Int64 DEFAULT until_ms;
