-- The read models: made, filled and swapped by the projector; the application reads them.
CREATE SCHEMA @log@_read AUTHORIZATION coopledger_projector;
GRANT USAGE ON SCHEMA @log@_read TO coopledger_app;
