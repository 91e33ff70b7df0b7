// about:   How well a linear classifier tells a model's classes apart by the channels of each layer, as `summit probe` measured
//          it; lowest layer first.
// params:  model: string
// returns: layer: string, size: int, channels: int, accuracy: float, random: float, random_least: float, random_most: float,
//          every: float, chance: float, classes: int, learning: int, held_out: int, top: int, sets: int, seed: int
// units:   accuracies are shares of held_out pictures, 0 to 1: by the layer's channels that are among the top most activated
//          ones of a class (accuracy), by random sets of as many (mean, worst and best of the sets), by all size channels of the
//          layer that are not excluded (every), and of the answer that most pictures have (chance); learning and held_out are
//          numbers of pictures. No rows where the run was not probed, or other counts were loaded since
// example: model=sample
MATCH (:Model {id: $model})-[:HAS_PROBE]->(found:LayerProbe)
WHERE found.layer_index IS NOT NULL
WITH found.layer_index AS layer_index, found
ORDER BY layer_index
RETURN found.layer AS layer, found.size AS size, found.channels AS channels, found.accuracy AS accuracy,
       found.random AS random, found.random_least AS random_least, found.random_most AS random_most, found.every AS every,
       found.chance AS chance, found.classes AS classes, found.learning AS learning, found.held_out AS held_out,
       found.top AS top, found.sets AS sets, found.seed AS seed
ORDER BY layer_index
