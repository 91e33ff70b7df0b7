// about:   The channels of the attribution graphs of some classes, one row a class.
// params:  classes: list<string>
// returns: class: string, channels: list<string>, counts: list<int>, pageranks: list<float>,
//          probabilities: list<float>?
// units:   counts are numbers of pictures, pageranks shares of 1 over the whole network, both aligned with channels, as are probabilities,
//          null where they are not known
// example: classes=["summit-inceptionv1/294"]
UNWIND $classes AS id
MATCH (class:ImageClass {id: id})-[vertex:HAS_CHANNEL]->(channel:Channel)
WITH class.id AS class, channel.id AS channel, vertex.count AS count, vertex.pagerank AS pagerank,
     vertex.probability AS probability
ORDER BY class, channel
WITH class, collect(channel) AS channels, collect(count) AS counts, collect(pagerank) AS pageranks,
     collect(probability) AS known
RETURN class AS class, channels AS channels, counts AS counts, pageranks AS pageranks,
       CASE WHEN size(known) = size(channels) THEN known END AS probabilities
ORDER BY class
