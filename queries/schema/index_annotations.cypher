// about:   Annotation nodes by model: whoever lists what is written about a model starts here.
// params:  none
// returns: nothing
CREATE INDEX index_annotations IF NOT EXISTS FOR (node:Annotation) ON (node.model)
