-- The first key of the advisory locks that the lanes of the inbox take.
CREATE FUNCTION inbox_lane_class() RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1937077100';
