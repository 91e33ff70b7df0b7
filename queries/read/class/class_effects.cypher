// about:   What a class loses when one channel alone is switched off, as `summit check --channels` measured it; the channels
//          that the class needs most first, those that speak against it last.
// params:  class: string, limit: int
// returns: channel: string, layer: string, index: int, drop: float, low: float?, high: float?, pictures: int, seed: int
// units:   drop is by how much the class's log-odds (nats) fall when the channel stands at its mean, a mean over pictures, and
//          below 0 where they rise; low and high are a 95 % interval of that mean over pictures, null with a single picture
// example: class=sample/0 limit=20
MATCH (:ImageClass {id: $class})-[effect:LOSES]->(channel:Channel)
WITH effect, channel, channel.layer_index AS height, channel.index AS index
ORDER BY effect.drop DESC, height, index
LIMIT $limit
RETURN channel.id AS channel, channel.layer AS layer, index AS index, effect.drop AS drop, effect.low AS low,
       effect.high AS high, effect.pictures AS pictures, effect.seed AS seed
