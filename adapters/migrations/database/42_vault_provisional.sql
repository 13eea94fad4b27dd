-- Whoever is named by a command is here on approval until its event is in the log: ``provisional_since`` is when the
-- row was written, ``provisional_until`` when it may be looked for in the log, both empty once the event stands.
-- ``attempt`` is the command that alone may take the row back; empty when several commands wait for the same person.
-- ``kind`` says what the person is to the association; empty for rows written before it was kept.
ALTER TABLE vault.keys
    ADD COLUMN kind              text CHECK (kind IN ('payer', 'child', 'contact', 'holder', 'bank-account')),
    ADD COLUMN provisional_since timestamptz,
    ADD COLUMN provisional_until timestamptz,
    ADD COLUMN attempt           uuid,
    ADD CHECK ((provisional_since IS NULL) = (provisional_until IS NULL)),
    ADD CHECK (attempt IS NULL OR provisional_until IS NOT NULL);
CREATE INDEX keys_provisional ON vault.keys (association, provisional_until) WHERE provisional_until IS NOT NULL;
CREATE INDEX keys_contacts ON vault.keys (association) WHERE kind = 'contact';
