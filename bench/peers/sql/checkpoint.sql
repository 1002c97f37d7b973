-- Everything into the database file.
CHECKPOINT;
