-- Version 2: how long a workshop is kept.

-- When it was last written to, to the minute. 0 is not known: the relay takes the moment at which it
-- finds that out.
ALTER TABLE workshops ADD COLUMN written_ms INTEGER NOT NULL DEFAULT 0;

-- Days that it is kept after it was last written to; without a value, as many as the relay is set to.
ALTER TABLE workshops ADD COLUMN keep_days INTEGER;

-- What is still to be done. `scrub`: bytes of deleted workshops may be left in the file.
CREATE TABLE chores (
    name TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;
