// about:   Whether the database has influences in the form of version 1 of the data model: one relationship per pair of
//          channels and class.
// params:  none
// returns: found: bool
OPTIONAL MATCH (:Channel)-[edge:INFLUENCES]->(:Channel)
WHERE edge.class_id IS NOT NULL
WITH edge LIMIT 1
RETURN count(edge) > 0 AS found
