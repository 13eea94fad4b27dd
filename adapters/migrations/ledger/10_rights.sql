-- The events that give or take a right, whatever their version: what a person may do is asked at every request.
CREATE INDEX ledger_events_rights ON @log@.ledger_events (position)
    WHERE topic LIKE 'association.role\_%' OR topic LIKE 'coop.mandate\_%';
