// about:   The edges of one class's attribution graph, strongest first.
// params:  class: string
// returns: source: string, target: string, weight: int, kind: string?, probability: float?
// units:   weight is a number of pictures; kind says which ways the network has from source to target: CONVOLUTION (each
//          passes a convolution), SKIP (none does) or BOTH; null where that is not known. probability is the share of
//          resamples of the pictures whose graph has the edge (docs/truth.md), null where it is not known
// example: class=summit-inceptionv1/294
MATCH (source)-[edge:ATTRIBUTES]->(target)
WHERE edge.class_id = $class
WITH source.id AS source, target.id AS target, edge.weight AS weight,
     edge.probability AS probability,
     CASE WHEN source.index IN target.skip_sources THEN 'SKIP'
          WHEN source.index IN target.both_sources THEN 'BOTH'
          WHEN target.skips IS NOT NULL THEN 'CONVOLUTION' END AS kind
RETURN source AS source, target AS target, weight AS weight, kind AS kind, probability AS probability
ORDER BY weight DESC, source, target
