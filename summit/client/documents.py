"""The GraphQL documents that the client sends."""

CLASS = "index name wnid images accuracy"
CHANNEL = "id layer index name pictures { thumbnail }"

MODELS = """query Models { models {
  id architecture dataset weights created graphThreshold classCount largestCount largestWeight
  layers { name index channels } } }"""

CLASSES = f"""query Classes($model: ID!, $search: String, $group: String, $first: Int!, $after: String) {{
  classes(model: $model, search: $search, group: $group, first: $first, after: $after) {{
    nodes {{ {CLASS} }} pageInfo {{ hasNextPage endCursor }} }} }}"""

IMAGE_CLASS = f"""query ImageClass($model: ID!, $index: Int!) {{
  imageClass(model: $model, index: $index) {{ {CLASS} }} }}"""

GRAPH = f"""query Graph($model: ID!, $index: Int!, $threshold: Float, $unified: Boolean!, $deadEnds: Boolean!,
                        $minCount: Int!, $score: Score!) {{
  imageClass(model: $model, index: $index) {{ {CLASS}
    attributionGraph(threshold: $threshold, unified: $unified, deadEnds: $deadEnds, minCount: $minCount,
                     score: $score) {{
      origin {{ threshold unified step deadEnds thresholds damping variant replicates noProbability }}
      channels {{ count share pagerank probability channel {{ {CHANNEL} }} }}
      edges {{ source target weight share kind probability attributed attributedOf }} }} }} }}"""

COMPARE = f"""query Compare($model: ID!, $classes: [Int!]!, $operation: SetOperation!, $atLeast: Int,
                            $score: Score!) {{
  compare(model: $model, classes: $classes, operation: $operation, atLeast: $atLeast, score: $score) {{
    classes {{ {CLASS} }}
    channels {{ classes counts shares pageranks probabilities channel {{ {CHANNEL} }} }}
    edges {{ source target classes weights shares kind probabilities }}
    layers {{ layer jaccard counts shared union }} }} }}"""

SIMILAR = f"""query Similar($model: ID!, $index: Int!, $layer: String, $first: Int!) {{
  imageClass(model: $model, index: $index) {{
    similar(layer: $layer, first: $first) {{ similarity imageClass {{ {CLASS} }} }} }} }}"""

EMBEDDING = """query Embedding($model: ID!, $layer: String!) {
  model(id: $model) { embedding(layer: $layer) { classes x y source stale } } }"""

NOTES = """query Notes($model: ID!) {
  model(id: $model) { annotations { kind target name note address created changed } } }"""

MOTIFS = """query Motifs($model: ID!, $group: String, $classes: [Int!], $against: MotifGroup, $shape: MotifShape!,
                         $minSupport: Float!, $length: Int!, $channel: ID, $seconds: Float!, $cursor: String,
                         $first: Int!) {
  motifs(model: $model, group: $group, classes: $classes, against: $against, shape: $shape, minSupport: $minSupport,
         length: $length, channel: $channel, seconds: $seconds, cursor: $cursor, first: $first) {
    totalCount note cursor
    nodes { support share classes logP supportAgainst oddsRatio pValue qValue
            channels { id layer index } edges { source target weight } } } }"""

TABLE = "columns rows truncated note cursor"
STORED_QUERY = f"""query RunStoredQuery($name: String!, $parameters: JSON) {{
  storedQuery(name: $name, parameters: $parameters) {{ {TABLE} }} }}"""
CYPHER = f"""query RunCypher($statement: String!, $parameters: JSON) {{
  cypher(statement: $statement, parameters: $parameters) {{ {TABLE} }} }}"""
