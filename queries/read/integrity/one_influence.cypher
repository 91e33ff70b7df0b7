// about:   The class of one influence between two channels: null, since version 2 of the data model sums them over classes.
// params:  none
// returns: class: string?
// units:   no row where there are no influences
MATCH (:Channel)-[edge:INFLUENCES]->(:Channel)
RETURN edge.class_id AS class
LIMIT 1
