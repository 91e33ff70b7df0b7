// about:   Build the compact adjacency of a class from its influences, if those were loaded without it; it must have
//          none yet (remove_adjacency).
// params:  class: string
// returns: layers: int, edges: int
// units:   layers is the number of Adjacency nodes, 0 for a class that does not exist; edges is the number of
//          influences in them
MATCH (class:ImageClass {id: $class})-[:OF_MODEL]->(model:Model)
OPTIONAL MATCH (model)<-[:OF_MODEL]-(:Layer)<-[:OF_LAYER]-(out:Channel)
WHERE out.excluded
WITH class, model, collect(CASE WHEN out IS NULL THEN null ELSE [out.layer_index, out.index] END) AS excluded
CALL (class, model, excluded) { // each channel opens its list with the entry -1, so that channels without edges have a place, too
  MATCH (model)<-[:OF_MODEL]-(:Layer)<-[:OF_LAYER]-(channel:Channel)
  UNWIND [true, false] AS inward
  RETURN inward, channel.layer_index AS place, channel.index AS index, -1 AS other, 0 AS weight
  UNION ALL
  MATCH (class)-[influence:INFLUENCED]->(target:Channel)
  WHERE NOT target.excluded
  UNWIND range(0, size(influence.sources) - 1) AS at
  WITH excluded, target.layer_index - 1 AS below, influence.sources[at] AS low, target.layer_index AS above,
       target.index AS high, influence.weights[at] AS weight
  WHERE weight > 0 AND NOT [below, low] IN excluded
  UNWIND [[true, above, high, low], [false, below, low, high]] AS end
  RETURN end[0] AS inward, end[1] AS place, end[2] AS index, end[3] AS other, weight
}
WITH class, model, inward, place, index, other, weight
ORDER BY inward, place, index, other
WITH class, model, inward, place, collect(other) AS others, collect(weight) AS weights
WITH class, model, inward, place, others, weights,
     [k IN range(0, size(others) - 1) WHERE others[k] = -1 | k] + [size(others)] AS opened
WITH class, model, place, collect({
       inward: inward, starts: [index IN range(0, size(opened) - 1) | opened[index] - index],
       others: [other IN others WHERE other >= 0],
       weights: [k IN range(0, size(others) - 1) WHERE others[k] >= 0 | weights[k]]
     }) AS sides
WITH class, model, place, head([side IN sides WHERE side.inward]) AS below,
     head([side IN sides WHERE NOT side.inward]) AS above
MATCH (model)<-[:OF_MODEL]-(layer:Layer {index: place})
CREATE (class)-[:HAS_ADJACENCY]->(:Adjacency {
  id: class.id + '/' + layer.name, class_id: class.id, layer: layer.name, layer_index: place,
  in_starts: below.starts, in_sources: below.others, in_weights: below.weights,
  out_starts: above.starts, out_targets: above.others, out_weights: above.weights
})
RETURN count(*) AS layers, coalesce(sum(size(below.others)), 0) AS edges
