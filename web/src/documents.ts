// The GraphQL documents the page sends, one per question. schema.test.ts validates each against the service's SDL.

const CLASS = "index name wnid images accuracy";
const LISTED = `${CLASS} similarity histogram { bins truth top images } drop(score: $score) @include(if: $byDrop)`;
const GROUP = "id wnid name classCount";
const CONFUSIONS = "confusions { output name images class { index name } }";
const CHANNEL = "id layer index classCount pictures { thumbnail }";
const GRAPH = `totalChannels totalEdges origin { threshold unified step deadEnds thresholds damping variant replicates noProbability }
      channels { count share pagerank probability channel { ${CHANNEL} } }
      edges { source target weight share kind probability attributed attributedOf }
      output { score bias reason edges { source attributed share contribution weight mean } }`;

const SUBSETS = "subsets { name score pictures rest restPictures difference { what layer jaccard mean low high } }";

const NOTE = "kind target name note address created changed revision";

export const DOCUMENTS = {
  ping: `query Ping { models { id } }`,

  models: `query Models { models {
    id architecture dataset graphThreshold weightUnit classCount channelCount graphChannelCount largestCount largestWeight
    scores { score graphs checked } layers { id name index channels } } }`,

  classes: `query Classes($model: ID!, $search: String, $group: String, $orderBy: ClassOrder!, $similarTo: Int,
                          $layer: String, $first: Int!, $after: String, $score: Score! = ACTIVATION,
                          $byDrop: Boolean! = false) {
    classes(model: $model, search: $search, group: $group, orderBy: $orderBy, similarTo: $similarTo, layer: $layer,
            first: $first, after: $after, score: $score) {
      nodes { ${LISTED} } totalCount pageInfo { hasNextPage endCursor } } }`,

  images: `query Images($model: ID!, $first: Int!, $after: String) {
    classes(model: $model, first: $first, after: $after) { nodes { images } pageInfo { hasNextPage endCursor } } }`,

  names: `query Names($model: ID!, $first: Int!, $after: String) {
    classes(model: $model, first: $first, after: $after) { nodes { index name } pageInfo { hasNextPage endCursor } } }`,

  groups: `query Groups($model: ID!) { groups(model: $model) { id wnid name classCount } }`,

  listed: `query Listed($model: ID!, $index: Int!, $score: Score! = ACTIVATION, $byDrop: Boolean! = false) {
    imageClass(model: $model, index: $index) { ${LISTED} } }`,

  members: `query Members($model: ID!) { groups(model: $model) { ${GROUP} classes } }`,

  embeddings: `query Embeddings($model: ID!) { model(id: $model) { embeddings {
    layer classes x y parked source stale parameters } } }`,

  mapClass: `query MapClass($model: ID!, $index: Int!) { imageClass(model: $model, index: $index) {
    ${CLASS} trail { layer x y } ${CONFUSIONS} } }`,

  company: `query Company($model: ID!, $index: Int!, $groups: [String!]!, $neighbours: Int!) {
    imageClass(model: $model, index: $index) {
      companyByLayer(groups: $groups, neighbours: $neighbours) { layer company { count group { ${GROUP} } } } } }`,

  keepGroup: `mutation KeepGroup($model: ID!, $name: String!, $classes: [Int!]!) {
    keepGroup(model: $model, name: $name, classes: $classes) { ${GROUP} } }`,

  view: `query View($model: ID!, $index: Int!, $isCut: Boolean!, $threshold: Float, $unified: Boolean!, $deadEnds: Boolean!,
                    $layer: String, $similar: Int!, $score: Score!) {
    imageClass(model: $model, index: $index) {
      ${CLASS} ${CONFUSIONS} live groups { id wnid name classCount } attributionGraph(score: $score) { ${GRAPH} }
      cut: attributionGraph(threshold: $threshold, unified: $unified, deadEnds: $deadEnds, score: $score) @include(if: $isCut) { ${GRAPH} }
      faithfulness(score: $score) {
        pictures draws drop nullMean layers { layer channels drop nullMean null99 beaten matched recovered } }
      ${SUBSETS}
      similar(layer: $layer, first: $similar) { similarity imageClass { index name } } } }`,

  subset: `query Subset($model: ID!, $index: Int!, $score: Score!, $subset: String) {
    imageClass(model: $model, index: $index) { ${CLASS} attributionGraph(score: $score, subset: $subset) { ${GRAPH} } ${SUBSETS} } }`,

  extract: `mutation Extract($model: ID!, $classes: [Int!]!, $threshold: Float!, $unified: Boolean!, $deadEnds: Boolean!,
                             $step: Float! = 0.5, $damping: Float! = 0.85, $score: Score! = ACTIVATION) {
    extract(model: $model, classes: $classes, threshold: $threshold, unified: $unified, deadEnds: $deadEnds,
            step: $step, damping: $damping, score: $score) { written unchanged variant seconds } }`,

  similar: `query Similar($model: ID!, $index: Int!, $layer: String, $first: Int!) {
    imageClass(model: $model, index: $index) { similar(layer: $layer, first: $first) {
      similarity imageClass { index name } } } }`,

  channel: `query Channel($id: ID!, $first: Int!) { channel(id: $id) {
    id layer index excluded classCount pictures { thumbnail featureVisualization diversity examples patchesRemedy }
    classes(first: $first) { count share pagerank imageClass { index name } } } }`,

  why: `query Why($model: ID!, $index: Int!, $channel: ID!, $companions: Int!, $threshold: Float, $unified: Boolean!, $deadEnds: Boolean!) {
    imageClass(model: $model, index: $index) {
      attributionGraph(threshold: $threshold, unified: $unified, deadEnds: $deadEnds) {
        place(channel: $channel) { rank rowSize margin pagerankBefore others rankAmongUsers meanCount meanShare } } }
    channel(id: $channel) { companions(first: $companions) { together classCount jaccard channel { ${CHANNEL} } } } }`,

  suggestedNames: `query SuggestedNames($model: ID!) { model(id: $model) {
    suggestedNames { name together size classCount q channel { id } } } }`,

  notes: `query Notes($model: ID!) { model(id: $model) { annotations { ${NOTE} } } }`,

  viewPictures: `query ViewPictures($model: ID!) { model(id: $model) { annotations(kind: VIEW) { target picture } } }`,

  keepNote: `mutation KeepNote($model: ID!, $kind: AnnotationKind!, $target: String!, $name: String, $note: String,
                               $address: String, $picture: String, $expected: String) {
    keepAnnotation(model: $model, kind: $kind, target: $target, name: $name, note: $note, address: $address,
                   picture: $picture, expected: $expected) { ${NOTE} } }`,

  removeNote: `mutation RemoveNote($model: ID!, $kind: AnnotationKind!, $target: String!, $expected: String!) {
    removeAnnotation(model: $model, kind: $kind, target: $target, expected: $expected) }`,

  compare: `query Compare($model: ID!, $classes: [Int!]!, $score: Score!) {
    compare(model: $model, classes: $classes, operation: UNION, score: $score) {
      classes { ${CLASS} }
      channels { classes counts shares pageranks probabilities channel { ${CHANNEL} } }
      edges { source target classes weights shares kind probabilities }
      layers { layer jaccard counts shared union } } }`,

  beyond: `query Beyond($model: ID!, $classes: [Int!]!, $score: Score!) {
    compare(model: $model, classes: $classes, operation: UNION, score: $score) {
      channels { everyCount channel { id } } edges { source target everyWeight } } }`,

  effects: `query Effects($model: ID!, $index: Int!, $first: Int!) { imageClass(model: $model, index: $index) {
    effects(first: $first) { channel drop low high pictures } } }`,

  motifs: `query Motifs($model: ID!, $group: String, $classes: [Int!], $against: MotifGroup, $shape: MotifShape!,
                        $minSupport: Float!, $length: Int!, $channel: ID, $seconds: Float!, $cursor: String, $first: Int!,
                        $after: String) {
    motifs(model: $model, group: $group, classes: $classes, against: $against, shape: $shape, minSupport: $minSupport,
           length: $length, channel: $channel, seconds: $seconds, cursor: $cursor, first: $first, after: $after) {
      totalCount classCount againstCount complete note cursor pageInfo { hasNextPage endCursor }
      nodes { support share classes nearlyClasses logP supportAgainst oddsRatio oddsRatioLow oddsRatioHigh pValue qValue
        channels { ${CHANNEL} } edges { source target weight share } } } }`,

  storedQueries: `query StoredQueries { storedQueries {
    name about units mode example text parameters { name type } returns { name type } } }`,

  storedQuery: `query RunStoredQuery($name: String!, $parameters: JSON) {
    storedQuery(name: $name, parameters: $parameters) { columns rows truncated seconds note cursor } }`,

  cypher: `query RunCypher($statement: String!, $parameters: JSON) {
    cypher(statement: $statement, parameters: $parameters) { columns rows truncated seconds note cursor } }`,
} as const;

/** The pictures of many channels in one request, patches of a class first; the document and its variables. */
export function picturesDocument(ids: readonly string[], imageClass: number | null, first: number): [string, Record<string, unknown>] {
  const declared = ids.map((_, k) => `$i${k}: ID!`).join(", ");
  const pictures = "diversity examples patches(class: $class, first: $first) { picture whole x y side imageClass peak } patchesRemedy(class: $class)";
  const asked = ids.map((_, k) => `c${k}: channel(id: $i${k}) { id pictures { ${pictures} } }`).join("\n");
  const variables = { class: imageClass, first, ...Object.fromEntries(ids.map((id, k) => [`i${k}`, id])) };
  return [`query ChannelPictures($class: Int, $first: Int!, ${declared}) { ${asked} }`, variables];
}

/** Which pictures of many channels there are by now; the document and its variables. */
export function arrivalsDocument(ids: readonly string[]): [string, Record<string, string>] {
  const declared = ids.map((_, k) => `$i${k}: ID!`).join(", ");
  const asked = ids.map((_, k) => `c${k}: channel(id: $i${k}) { id pictures { thumbnail state } }`).join("\n");
  return [`query Arrivals(${declared}) { ${asked} }`, Object.fromEntries(ids.map((id, k) => [`i${k}`, id]))];
}

/** Many channels in one request: the document and its variables. */
export function channelsDocument(ids: readonly string[]): [string, Record<string, string>] {
  const declared = ids.map((_, k) => `$i${k}: ID!`).join(", ");
  const asked = ids.map((_, k) => `c${k}: channel(id: $i${k}) { ${CHANNEL} }`).join("\n");
  return [`query Channels(${declared}) { ${asked} }`, Object.fromEntries(ids.map((id, k) => [`i${k}`, id]))];
}

/** Every document by its name; of those that are put together for many channels, the one for a single channel. */
export const documents = (): Record<string, string> => ({
  ...DOCUMENTS,
  pictures: picturesDocument([""], null, 1)[0],
  arrivals: arrivalsDocument([""])[0],
  channels: channelsDocument([""])[0],
});
