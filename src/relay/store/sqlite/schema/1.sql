-- Version 1 of the data folder's database.

CREATE TABLE workshops (
    id         TEXT    NOT NULL PRIMARY KEY,
    title      TEXT    NOT NULL,
    created_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Only hashes of keys are kept.
CREATE TABLE keys (
    workshop TEXT NOT NULL REFERENCES workshops (id) ON DELETE CASCADE,
    role     TEXT NOT NULL,
    hash     BLOB NOT NULL,
    PRIMARY KEY (workshop, role)
) STRICT, WITHOUT ROWID;

-- Keys that the holder of another key may hand on, masked with that other key.
CREATE TABLE sealed_keys (
    workshop TEXT NOT NULL REFERENCES workshops (id) ON DELETE CASCADE,
    holder   TEXT NOT NULL,
    target   TEXT NOT NULL,
    masked   BLOB NOT NULL,
    PRIMARY KEY (workshop, holder, target)
) STRICT, WITHOUT ROWID;

CREATE TABLE documents (
    id       INTEGER PRIMARY KEY,
    address  TEXT NOT NULL UNIQUE,
    workshop TEXT NOT NULL
) STRICT;
CREATE INDEX documents_by_workshop ON documents (workshop);

-- AUTOINCREMENT, because a place in the log must not be given twice: a trimmed log would otherwise
-- begin again below its snapshots, and what it held then would be passed over at the next load.
CREATE TABLE log (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    bytes    BLOB    NOT NULL
) STRICT;
CREATE INDEX log_by_document ON log (document, sequence);

CREATE TABLE snapshots (
    document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    through  INTEGER NOT NULL,
    bytes    BLOB    NOT NULL,
    PRIMARY KEY (document, through)
) STRICT;
