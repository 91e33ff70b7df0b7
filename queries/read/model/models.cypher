// about:   All models in the database, with the numbers of model_scale if their loading was finished.
// params:  none
// returns: id: string, architecture: string?, dataset: string?, weights: string?, source: string?, created: string?,
//          pictures: string?, graph_threshold: float?, class_count: int, channel_count: int?, graph_channel_count: int?,
//          largest_count: int?, largest_weight: int?, weight_unit: float?
// units:   graph_threshold is the share of a layer's PageRank at which the stored graphs were cut, in percent;
//          weight_unit is what 1 is in an imported graph's weights, null where they are numbers of pictures
MATCH (model:Model)
OPTIONAL MATCH (class:ImageClass {model: model.id})
WITH model, count(class) AS class_count
RETURN model.id AS id, model.architecture AS architecture, model.dataset AS dataset, model.weights AS weights,
       model.source AS source, model.created AS created, model.pictures AS pictures,
       model.graph_threshold AS graph_threshold, class_count AS class_count, model.channel_count AS channel_count,
       model.graph_channel_count AS graph_channel_count, model.largest_count AS largest_count,
       model.largest_weight AS largest_weight, model.weight_unit AS weight_unit
ORDER BY id
