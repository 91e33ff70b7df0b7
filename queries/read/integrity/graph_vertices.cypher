// about:   The channels of the attribution graphs of some classes, one row a class.
// params:  classes: list<string>
// returns: class: string, channels: list<string>, counts: list<int>, pageranks: list<float>
// units:   counts are numbers of pictures, pageranks shares of 1 over the whole network, both aligned with channels
// example: classes=["summit-inceptionv1/294"]
UNWIND $classes AS id
MATCH (class:ImageClass {id: id})-[vertex:HAS_CHANNEL]->(channel:Channel)
WITH class.id AS class, channel.id AS channel, vertex.count AS count, vertex.pagerank AS pagerank
ORDER BY class, channel
RETURN class AS class, collect(channel) AS channels, collect(count) AS counts, collect(pagerank) AS pageranks
ORDER BY class
