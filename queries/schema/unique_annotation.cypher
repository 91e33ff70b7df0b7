// about:   One Annotation node per id, "<model>/<kind>/<target>".
// params:  none
// returns: nothing
CREATE CONSTRAINT unique_annotation IF NOT EXISTS FOR (node:Annotation) REQUIRE node.id IS UNIQUE
