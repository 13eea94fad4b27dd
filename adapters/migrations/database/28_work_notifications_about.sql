-- A look at an object answers all that waits about it: they are found by its name.
CREATE INDEX notifications_about ON work.notifications (object_id) WHERE state = 'waiting';
