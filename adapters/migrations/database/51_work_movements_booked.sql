-- A movement that the ledger booked under a name of its own keeps it, whatever is found behind it later.
ALTER TABLE work.movements ADD COLUMN booked boolean NOT NULL DEFAULT false;
