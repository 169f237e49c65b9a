-- Version 5: photos.

-- The same photo in two workshops is kept twice, so that each goes with its workshop. `checksum` is as in
-- the log.
CREATE TABLE photos (
    workshop TEXT    NOT NULL REFERENCES workshops (id) ON DELETE CASCADE,
    name     TEXT    NOT NULL,
    bytes    BLOB    NOT NULL,
    checksum INTEGER NOT NULL,
    UNIQUE (workshop, name)
) STRICT;
