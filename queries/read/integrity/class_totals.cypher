// about:   How much some classes have in the database: activation counts, layers of compact adjacency and of ranked
//          channels, channels and edges of their attribution graphs.
// params:  classes: list<string>
// returns: class: string, activations: int, adjacency: int, rankings: int, vertices: int, edges: int
// units:   activations, vertices and edges are numbers of ACTIVATES, HAS_CHANNEL and ATTRIBUTES relationships; adjacency
//          and rankings are numbers of Adjacency and LayerRanking nodes: one per layer where they are complete
// example: classes=sample/0,sample/1
CALL () {
  UNWIND $classes AS name
  MATCH (class:ImageClass {id: name})
  RETURN name, COUNT { (class)-[:ACTIVATES]->() } AS activations, COUNT { (class)-[:HAS_ADJACENCY]->() } AS adjacency,
         COUNT { (class)-[:HAS_RANKING]->() } AS rankings, COUNT { (class)-[:HAS_CHANNEL]->() } AS vertices, 0 AS edges
  UNION ALL
  MATCH ()-[edge:ATTRIBUTES]->()
  WHERE edge.class_id IN $classes
  RETURN edge.class_id AS name, 0 AS activations, 0 AS adjacency, 0 AS rankings, 0 AS vertices, count(edge) AS edges
}
WITH name, sum(activations) AS activations, sum(adjacency) AS adjacency, sum(rankings) AS rankings,
     sum(vertices) AS vertices, sum(edges) AS edges
RETURN name AS class, activations AS activations, adjacency AS adjacency, rankings AS rankings, vertices AS vertices,
       edges AS edges
ORDER BY class
