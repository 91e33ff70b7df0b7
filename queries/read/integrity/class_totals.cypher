// about:   How much some classes have in the database: activation counts, layers of compact adjacency and of ranked
//          channels, channels and edges of their attribution graphs.
// params:  classes: list<string>
// returns: class: string, activations: int, adjacency: int, rankings: int, vertices: int, edges: int
// units:   activations, vertices and edges are numbers of ACTIVATES, HAS_CHANNEL and ATTRIBUTES relationships; adjacency
//          and rankings are numbers of Adjacency and LayerRanking nodes: one per layer where they are complete
// example: classes=sample/0,sample/1
MATCH ()-[edge:ATTRIBUTES]->()
WHERE edge.class_id IN $classes // first and not in a subquery, where ArcadeDB does not see that an index has it
WITH edge.class_id AS name, count(edge) AS edges
WITH collect([name, edges]) + [name IN $classes | [name, 0]] AS held
UNWIND held AS each
WITH each[0] AS name, sum(each[1]) AS edges
MATCH (class:ImageClass {id: name})
RETURN class.id AS class, COUNT { (class)-[:ACTIVATES]->() } AS activations,
       COUNT { (class)-[:HAS_ADJACENCY]->() } AS adjacency, COUNT { (class)-[:HAS_RANKING]->() } AS rankings,
       COUNT { (class)-[:HAS_CHANNEL]->() } AS vertices, edges AS edges
ORDER BY class
