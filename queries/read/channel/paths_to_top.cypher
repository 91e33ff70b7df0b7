// about:   The paths from a channel up to every channel of the highest layer it reaches, or to one channel above it, in
//          one class's attribution graph: how many there are, and the widest, whose weakest edge is strongest. They are
//          counted layer by layer and never listed, because a graph can have a hundred thousand.
// params:  class: string, channel: string, to: string?
// returns: top: string, ways: int, width: int, path: list<string>
// units:   ways is a number of paths; width is the smallest weight on the widest one, a number of pictures
// example: class=summit-inceptionv1/294 channel=summit-inceptionv1/mixed4a/307 to=summit-inceptionv1/mixed5b/398
MATCH (source)-[edge:ATTRIBUTES]->(target)
WHERE edge.class_id = $class
WITH target.id AS at, target.layer_index AS height, source.id AS source, edge.weight AS weight
ORDER BY height, at, weight DESC, source
WITH height, at, collect({source: source, weight: weight}) AS edges
ORDER BY height, at
WITH collect({at: at, height: height, edges: edges}) AS vertices
WITH reduce(
       done = [{at: $channel, height: -1, ways: 1, width: 2147483647, path: [$channel]}],
       vertex IN vertices |
       done + [reduce(
         best = {at: vertex.at, height: vertex.height, ways: 0, width: -1, path: []},
         edge IN vertex.edges |
         reduce(
           wider = best,
           below IN [below IN done WHERE below.at = edge.source AND below.ways > 0] |
           {at: wider.at, height: wider.height, ways: wider.ways + below.ways,
            path: CASE WHEN below.width > wider.width AND edge.weight > wider.width THEN below.path + vertex.at
                       ELSE wider.path END,
            width: CASE WHEN below.width > wider.width AND edge.weight > wider.width
                        THEN CASE WHEN below.width < edge.weight THEN below.width ELSE edge.weight END
                        ELSE wider.width END}))]
     ) AS reached
WITH [vertex IN reached WHERE vertex.ways > 0 AND vertex.height >= 0] AS reached
WITH reached, reduce(highest = -1, vertex IN reached |
                     CASE WHEN vertex.height > highest THEN vertex.height ELSE highest END) AS highest
UNWIND [vertex IN reached WHERE CASE WHEN $to IS NULL THEN vertex.height = highest ELSE vertex.at = $to END] AS vertex
WITH vertex.at AS top, vertex.ways AS ways, vertex.width AS width, vertex.path AS path
ORDER BY width DESC, ways DESC, top
RETURN top AS top, ways AS ways, width AS width, path AS path
