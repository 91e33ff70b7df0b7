// about:   Annotation nodes by model, for listing what is written about one.
// params:  none
// returns: nothing
CREATE INDEX index_annotations IF NOT EXISTS FOR (node:Annotation) ON (node.model)
