// about:   How many influence counts (I) a class has in the database.
// params:  class: string
// returns: influences: int
// units:   influences is the number of sources in the lists of its INFLUENCED relationships
// example: class=sample/0
OPTIONAL MATCH (:ImageClass {id: $class})-[influence:INFLUENCED]->()
RETURN coalesce(sum(size(influence.sources)), 0) AS influences
