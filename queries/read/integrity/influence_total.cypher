// about:   How many influence counts (I) a class has in the database.
// params:  class: string
// returns: influences: int
// units:   influences is a number of INFLUENCES relationships
// example: class=sample/0
MATCH ()-[influence:INFLUENCES]->()
WHERE influence.class_id = $class
RETURN count(influence) AS influences
