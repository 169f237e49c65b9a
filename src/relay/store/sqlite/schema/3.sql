-- Version 3: damage is noticed.

-- The first eight bytes of the SHA-256 of `bytes`. What earlier versions wrote has none.
ALTER TABLE log ADD COLUMN checksum INTEGER;
ALTER TABLE snapshots ADD COLUMN checksum INTEGER;

-- 1 when something of this document was damaged and could not be read any more, so that what builds on
-- it has to be passed over.
ALTER TABLE documents ADD COLUMN damaged INTEGER NOT NULL DEFAULT 0;
