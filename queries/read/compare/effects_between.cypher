// about:   What separates two classes: channels whose switching off costs one of them more than the other, the largest
//          difference first. Only channels that `summit check --channels` measured on both.
// params:  class: string, other: string, limit: int
// returns: channel: string, layer: string, index: int, drop: float, low: float?, high: float?, pictures: int,
//          other_drop: float, other_low: float?, other_high: float?, other_pictures: int, difference: float
// units:   as in class_effects; difference is drop less other_drop, above 0 where the class needs the channel more
// example: class=sample/0 other=sample/1 limit=20
MATCH (:ImageClass {id: $class})-[effect:LOSES]->(channel:Channel)
MATCH (:ImageClass {id: $other})-[against:LOSES]->(channel)
WITH effect, against, channel, channel.layer_index AS height, channel.index AS index, effect.drop - against.drop AS difference
ORDER BY abs(difference) DESC, height, index
LIMIT $limit
RETURN channel.id AS channel, channel.layer AS layer, index AS index, effect.drop AS drop, effect.low AS low,
       effect.high AS high, effect.pictures AS pictures, against.drop AS other_drop, against.low AS other_low,
       against.high AS other_high, against.pictures AS other_pictures, difference AS difference
