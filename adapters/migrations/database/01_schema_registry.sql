-- Which associations have a ledger here, and who may come in: read by every process, written by administrators.
CREATE SCHEMA IF NOT EXISTS registry;
GRANT USAGE ON SCHEMA registry TO coopledger_app;
