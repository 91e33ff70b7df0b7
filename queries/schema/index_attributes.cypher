// about:   ATTRIBUTES relationships by class: every statement about one class's edges starts here.
// params:  none
// returns: nothing
CREATE INDEX index_attributes IF NOT EXISTS FOR ()-[edge:ATTRIBUTES]-() ON (edge.class_id)
