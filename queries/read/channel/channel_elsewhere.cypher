// about:   How the other classes whose attribution graph has a channel use it: how many they are, how many of them use it
//          more than one class does, and their means.
// params:  class: string, channel: string, count: int
// returns: others: int, higher_count: int, higher_share: int?, mean_count: float?, mean_share: float?
// units:   count is the one class's number of pictures; others, higher_count and higher_share are numbers of classes;
//          mean_count is in pictures, mean_share of 0..1; shares are null where a number of pictures is unknown, means
//          where no other class has the channel
// example: class=summit-inceptionv1/294 channel=summit-inceptionv1/mixed4d/431 count=167
MATCH (class:ImageClass {id: $class})
MATCH (channel:Channel {id: $channel}) // first: from it there are few ways, from all classes many
OPTIONAL MATCH (channel)<-[use:HAS_CHANNEL]-(other:ImageClass)
WHERE other.id <> $class
WITH class.images AS images, count(use) AS others, count(other.images) AS known, sum(use.count) AS pictures,
     sum(toFloat(use.count) / other.images) AS shares,
     sum(CASE WHEN use.count > $count THEN 1 ELSE 0 END) AS higher_count,
     sum(CASE WHEN use.count * class.images > $count * other.images THEN 1 ELSE 0 END) AS higher_share
RETURN others AS others, higher_count AS higher_count,
       CASE WHEN images IS NULL OR known < others THEN null ELSE higher_share END AS higher_share,
       CASE WHEN others = 0 THEN null ELSE toFloat(pictures) / others END AS mean_count,
       CASE WHEN images IS NULL OR known < others OR others = 0 THEN null ELSE shares / others END AS mean_share
