// about:   In how many pictures of each of several classes channels are counted, whether or not the classes' graphs have
//          them. Only channels that are counted in any.
// params:  classes: list<string>, channels: list<string>, score: string
// returns: class: string, known: bool, edges_known: bool, channels: list<string>, counts: list<int>
// units:   the score is activation (A) or attribution (R); counts are numbers of pictures, aligned with channels. known is false
//          for a class whose counts are not in the database, as those of published graphs are not, and edges_known where its
//          influences are not; a channel that a known class's row lacks is counted in none of its pictures
// example: classes=sample/0,sample/1 channels=sample/bottom/0,sample/bottom/1,sample/middle/1 score=activation
UNWIND $classes AS wanted
MATCH (class:ImageClass {id: wanted})
OPTIONAL MATCH (class)-[activation:ACTIVATES]->(active:Channel)
WHERE $score = 'activation' AND active.id IN $channels
WITH class, active, activation
ORDER BY active.id
WITH class, collect(active.id) AS active, collect(activation.count) AS activations
OPTIONAL MATCH (class)-[attribution:ATTRIBUTED_TO]->(raising:Channel)
WHERE $score = 'attribution' AND raising.id IN $channels
WITH class, active, activations, raising, attribution
ORDER BY raising.id
WITH class, active, activations, collect(raising.id) AS raising, collect(attribution.count) AS attributions
RETURN class.id AS class,
       CASE WHEN $score = 'activation' THEN class.activation_count ELSE class.attribution_count END IS NOT NULL AS known,
       class.influenced_count IS NOT NULL AS edges_known, active + raising AS channels,
       activations + attributions AS counts
ORDER BY class
