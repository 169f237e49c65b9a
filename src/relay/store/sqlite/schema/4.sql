-- Version 4: what of a workshop all but facilitators may only read.

-- An empty board stands for the whole workshop.
CREATE TABLE locks (
    workshop TEXT NOT NULL REFERENCES workshops (id) ON DELETE CASCADE,
    board    TEXT NOT NULL,
    PRIMARY KEY (workshop, board)
) STRICT, WITHOUT ROWID;
