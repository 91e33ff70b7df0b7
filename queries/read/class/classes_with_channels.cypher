// about:   The classes whose attribution graph has all of some channels, or at least some of them.
// params:  channels: list<string>, at_least: int, limit: int
// returns: class: string, name: string, found: list<string>, support: int, count: int
// units:   found lists the channels it has, in the given order; support is their number; count is a sum of numbers of
//          pictures
// example: channels=summit-inceptionv1/mixed4d/431,summit-inceptionv1/mixed4d/446 at_least=2 limit=10
MATCH (class:ImageClass)-[vertex:HAS_CHANNEL]->(channel:Channel)
WHERE channel.id IN $channels
WITH class, collect(channel.id) AS held, sum(vertex.count) AS count
WITH class.id AS class, class.name AS name, class.index AS index, held, size(held) AS support, count
WHERE support >= $at_least
ORDER BY support DESC, count DESC, index
LIMIT $limit
RETURN class AS class, name AS name, [channel IN $channels WHERE channel IN held] AS found, support AS support,
       count AS count
