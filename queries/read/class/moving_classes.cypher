// about:   The classes whose nearest neighbours among some classes change most from one layer to another.
// params:  classes: list<string>, lower: string, upper: string, neighbours: int, limit: int
// returns: class: int, name: string, moved: float, left: list<int>, joined: list<int>, left_names: list<string>,
//          joined_names: list<string>
// units:   classes are indexes; nearest by cosine of channel counts, at most `neighbours` of those with a channel in
//          common; moved is the share of the lower layer's neighbours that are no longer neighbours (0..1); left lists
//          those near only at the lower layer, joined those near only at the upper one, nearest first, and their names
//          go with them. Time grows with the square of the number of classes: use a group, not a whole model
// example: classes=["summit-inceptionv1/294", "summit-inceptionv1/295", "summit-inceptionv1/296",
//          "summit-inceptionv1/297", "summit-inceptionv1/387", "summit-inceptionv1/388", "summit-inceptionv1/269",
//          "summit-inceptionv1/270"] lower=mixed4a upper=mixed5b neighbours=3 limit=5
MATCH (class:ImageClass)-[vertex:HAS_CHANNEL]->(channel:Channel)
WHERE class.id IN $classes AND channel.layer IN [$lower, $upper] AND vertex.count > 0
WITH class.index AS index, channel.layer AS layer, collect({channel: channel.id, count: vertex.count}) AS counts,
     sqrt(sum(1.0 * vertex.count * vertex.count)) AS norm
UNWIND counts AS held
WITH layer, held.channel AS channel, collect({index: index, share: held.count / norm}) AS holders
UNWIND holders AS one
UNWIND holders AS other
WITH layer, one, other
WHERE one.index < other.index
WITH layer, one.index AS low, other.index AS high, sum(one.share * other.share) AS similarity
WITH layer, low, high, round(1e9 * similarity) AS nearness
UNWIND [[low, high], [high, low]] AS pair
WITH layer, pair[0] AS index, pair[1] AS near, nearness
ORDER BY index, layer, nearness DESC, near
WITH index, layer, collect(near)[0..$neighbours] AS nearest
WITH index, collect({layer: layer, nearest: nearest}) AS sides
WITH index, head([side IN sides WHERE side.layer = $lower | side.nearest]) AS before,
     head([side IN sides WHERE side.layer = $upper | side.nearest]) AS after
WHERE size(before) > 0 AND after IS NOT NULL
WITH index, [near IN before WHERE NOT near IN after] AS left, [near IN after WHERE NOT near IN before] AS joined,
     size(before) AS neighbours
WITH index, left, joined, toFloat(size(left)) / neighbours AS moved
ORDER BY moved DESC, index
LIMIT $limit
WITH collect({index: index, moved: moved, left: left, joined: joined}) AS movers
MATCH (class:ImageClass)
WHERE class.id IN $classes
WITH movers, collect({index: class.index, name: class.name}) AS names
UNWIND range(0, size(movers) - 1) AS place
WITH place, movers[place] AS mover, names
RETURN mover.index AS class, head([each IN names WHERE each.index = mover.index | each.name]) AS name,
       mover.moved AS moved, mover.left AS left, mover.joined AS joined,
       [near IN mover.left | head([each IN names WHERE each.index = near | each.name])] AS left_names,
       [near IN mover.joined | head([each IN names WHERE each.index = near | each.name])] AS joined_names
ORDER BY place
