-- A purge that is under way: what goes, and what takes its place. Statements that delete name nothing by itself, they ask here: the engine keeps their text. Empty
-- but while one is under way; one that was confirmed (`go`) is brought to its end when the store is opened again.
CREATE TABLE purge_name
(
    cluster String,
    -- go; uid, namespace, pod: whose facts go; renamed uid, renamed namespace, renamed pod, renamed workload; word, pattern: what names them in texts.
    what String,
    name String,
    token String
)
ENGINE = MergeTree ORDER BY (cluster, what, name)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- With what the uids of purged pods were hashed: of one that is read again nothing comes back.
CREATE TABLE purge_salt (salt String)
ENGINE = MergeTree ORDER BY salt
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
