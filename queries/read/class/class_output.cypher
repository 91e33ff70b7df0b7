// about:   What leads from the channels of the last layer to a class's score: what each contributes to it, and in how many
//          pictures it is among those that raise the class's log-odds most (R); largest contribution first. For runs that
//          were counted with --attribution.
// params:  class: string, limit: int
// returns: channel: string, layer: string, index: int, contribution: float?, weight: float?, mean: float?, attributed: int
// units:   contribution is weight * mean, a part of the class's mean score before softmax (logit), below 0 where the channel
//          speaks against the class; weight is the network's, mean that of the channel's activation over the class's
//          pictures and all positions. With output_bias of the class all contributions add up to that score. All three are
//          null where the network's head is not linear (head of the Model says why), or they were not counted; attributed
//          is a number of pictures
// example: class=sample/0 limit=20
MATCH (class:ImageClass {id: $class})
CALL (class) {
  MATCH (class)<-[edge:CONTRIBUTES_TO]-(channel:Channel)
  RETURN channel, edge.contribution AS contributed, edge.weight AS weighed, edge.mean AS activated, 0 AS pictures
  UNION ALL
  MATCH (class)-[:OF_MODEL]->(:Model)<-[:OF_MODEL]-(layer:Layer)
  WITH class, max(layer.index) AS last
  MATCH (class)-[edge:ATTRIBUTED_TO]->(channel:Channel)
  WHERE channel.layer_index = last
  RETURN channel, null AS contributed, null AS weighed, null AS activated, edge.count AS pictures
}
WITH channel.id AS channel, channel.layer AS layer, channel.index AS index, max(contributed) AS contribution,
     max(weighed) AS weight, max(activated) AS mean, max(pictures) AS attributed
ORDER BY coalesce(contribution, 0.0) DESC, attributed DESC, index
LIMIT $limit
RETURN channel AS channel, layer AS layer, index AS index, contribution AS contribution, weight AS weight, mean AS mean,
       attributed AS attributed
