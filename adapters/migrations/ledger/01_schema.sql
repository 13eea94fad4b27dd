-- The log of one association, owned by the owner role; its read models live beside it, owned by the projector.
CREATE SCHEMA @log@;
GRANT USAGE ON SCHEMA @log@ TO coopledger_app, coopledger_projector;
