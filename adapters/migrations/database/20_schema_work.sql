-- What workers still have to do: calls to the provider and letters to send, notifications to look into. Not a truth:
-- all of it can be found again from the logs and the provider. Apart from the logs, so that their rights stay narrow.
CREATE SCHEMA work;
GRANT USAGE ON SCHEMA work TO coopledger_worker;
