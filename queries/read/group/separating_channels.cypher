// about:   The channels that separate one group of classes from another: frequent in the first, rare in the second.
// params:  classes: list<string>, others: list<string>, limit: int
// returns: channel: string, layer: string, here: int, there: int, here_share: float, there_share: float,
//          difference: float
// units:   here and there are numbers of classes, shares are of each group (0..1), difference is here_share minus
//          there_share; a class of both groups counts for the first
// example: classes=summit-inceptionv1/294,summit-inceptionv1/295,summit-inceptionv1/296,summit-inceptionv1/297
//          others=summit-inceptionv1/281,summit-inceptionv1/282,summit-inceptionv1/283,summit-inceptionv1/284 limit=10
WITH size([other IN $others WHERE NOT other IN $classes]) AS others
MATCH (class:ImageClass)
WHERE class.id IN $classes OR class.id IN $others
WITH others, class, CASE WHEN class.id IN $classes THEN 1 ELSE 0 END AS inside
MATCH (class)-[:HAS_CHANNEL]->(channel:Channel)
WITH others, channel, sum(inside) AS here, count(class) AS held
WITH channel.id AS channel, channel.layer AS layer, channel.layer_index AS height, channel.index AS index, here,
     held - here AS there, toFloat(here) / size($classes) AS here_share,
     CASE WHEN others = 0 THEN 0.0 ELSE toFloat(held - here) / others END AS there_share
WITH channel, layer, height, index, here, there, here_share, there_share, here_share - there_share AS difference
ORDER BY difference DESC, here DESC, height, index
LIMIT $limit
RETURN channel AS channel, layer AS layer, here AS here, there AS there, here_share AS here_share,
       there_share AS there_share, difference AS difference
