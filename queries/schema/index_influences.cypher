// about:   INFLUENCES relationships by class: every statement about one class's edges starts here.
// params:  none
// returns: nothing
CREATE INDEX index_influences IF NOT EXISTS FOR ()-[edge:INFLUENCES]-() ON (edge.class_id)
