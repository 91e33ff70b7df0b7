// about:   How close a class is to two groups at each layer, lowest first: how often the classes of either group have
//          its channels. Shows the layer at which a horse cart is more horse than cart.
// params:  class: string, group: string, against: string
// returns: layer: string, channels: int, group_share: float?, other_share: float?
// units:   channels is the class's number of channels in the layer; a share is the mean, over these channels, of the
//          share of the group's classes that have the channel (0..1); both groups are taken without the class itself
//          and without classes that have no graph
// example: class=summit-inceptionv1/603 group=summit-inceptionv1/n01861778 against=summit-inceptionv1/n04576211
MATCH (group:ClassGroup)<-[:IN_GROUP]-(member:ImageClass)
WHERE group.id IN [$group, $against] AND member.id <> $class AND member.graph_digest IS NOT NULL
WITH group.id AS group, count(member) AS size
WITH collect({group: group, size: size}) AS sizes
MATCH (:ImageClass {id: $class})-[:HAS_CHANNEL]->(channel:Channel)
WITH sizes, channel
OPTIONAL MATCH (channel)<-[:HAS_CHANNEL]-(member:ImageClass)-[:IN_GROUP]->(group:ClassGroup)
WHERE group.id IN [$group, $against] AND member.id <> $class AND member.graph_digest IS NOT NULL
WITH sizes, channel, sum(CASE WHEN group.id = $group THEN 1 ELSE 0 END) AS here,
     sum(CASE WHEN group.id = $against THEN 1 ELSE 0 END) AS there
WITH sizes, channel.layer AS layer, channel.layer_index AS height, count(channel) AS channels, sum(here) AS here,
     sum(there) AS there
WITH layer, height, channels, here, there, head([side IN sizes WHERE side.group = $group | side.size]) AS group_size,
     head([side IN sizes WHERE side.group = $against | side.size]) AS other_size
RETURN layer AS layer, channels AS channels, toFloat(here) / (channels * group_size) AS group_share,
       toFloat(there) / (channels * other_size) AS other_share
ORDER BY height
