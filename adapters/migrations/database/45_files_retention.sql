-- Files that no campaign shows any more are erased a day after they were last kept: by the worker, not by the service
-- that faces the web, which may only say that a file was kept again.
GRANT UPDATE (kept_at) ON files.contents TO coopledger_app;
GRANT USAGE ON SCHEMA files TO coopledger_worker;
GRANT SELECT (association, digest, width, kept_at), DELETE ON files.contents TO coopledger_worker;
