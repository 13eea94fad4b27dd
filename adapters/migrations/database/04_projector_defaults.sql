-- Whatever schema and table the projector makes (live, shadow, as-of), the application may read and never write.
ALTER DEFAULT PRIVILEGES FOR ROLE coopledger_projector GRANT USAGE ON SCHEMAS TO coopledger_app;
ALTER DEFAULT PRIVILEGES FOR ROLE coopledger_projector GRANT SELECT ON TABLES TO coopledger_app;
