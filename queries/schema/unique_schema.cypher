// about:   One Schema node an id: the version of the data model.
// params:  none
// returns: nothing
CREATE CONSTRAINT unique_schema IF NOT EXISTS FOR (node:Schema) REQUIRE node.id IS UNIQUE
