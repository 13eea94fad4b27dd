-- How far each log was read for things to do; moved in the transaction that adds them.
CREATE TABLE work.followed (
    ledger   text   PRIMARY KEY,
    position bigint NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON work.followed TO coopledger_worker;
