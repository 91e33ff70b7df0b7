// What the GraphQL service answers, as far as the page asks for it. schema.test.ts holds these documents against the SDL.

export interface Layer {
  readonly id: string;
  readonly name: string;
  readonly index: number; // 0 is the lowest
  readonly channels: number;
}

export interface Model {
  readonly id: string;
  readonly architecture: string | null;
  readonly dataset: string | null;
  readonly graphThreshold: number | null; // percent of a layer's PageRank, where one holds for all graphs
  readonly weightUnit?: number | null; // of an imported graph's weights, whose counts are positions; null: both are pictures
  readonly classCount: number;
  readonly channelCount: number;
  readonly graphChannelCount: number;
  readonly largestCount: number; // the scale for sizes where a share is unknown
  readonly largestWeight: number; // the scale for widths where a share is unknown
  readonly scores: readonly ModelScore[];
  readonly layers: readonly Layer[]; // lowest first
}

/** Graphs of a model's classes by one score. */
export interface ModelScore {
  readonly score: "ACTIVATION" | "ATTRIBUTION";
  readonly graphs: number; // classes that have one
  readonly checked: number; // ... whose graph was checked as it is now
}

export interface ClassGroup {
  readonly id: string;
  readonly wnid: string | null; // null: put together by hand
  readonly name: string;
  readonly classCount: number;
}

/** A group with its classes. */
export interface GroupMembers extends ClassGroup {
  readonly classes: readonly number[];
}

/** A layer's map: columns that go together. */
export interface Embedding {
  readonly layer: string;
  readonly classes: readonly number[];
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly parked: readonly number[]; // classes at the rim, for they share no channel with any other
  readonly source: "activations" | "graphs"; // what was compared: all counts, or those of the graphs' channels
  readonly stale: boolean; // the counts have changed since
  readonly parameters: string; // how it was made, as JSON
}

export interface TrailPoint {
  readonly layer: string;
  readonly x: number;
  readonly y: number;
}

/** How many of a class's nearest at a layer are of which group. */
export interface Company {
  readonly layer: string;
  readonly company: readonly { readonly group: ClassGroup; readonly count: number }[];
}

export interface ProbabilityHistogram {
  readonly bins: number;
  readonly truth: readonly number[]; // images, by the probability of their own class
  readonly top: readonly number[]; // images, by the probability of the most probable class
  readonly images: number;
}

/** An output that images of a class were taken for. */
export interface Confusion {
  readonly output: number;
  readonly name: string | null;
  readonly class: ClassName | null; // null: the output is no class of the model
  readonly images: number;
}

export interface MapClass extends ImageClass {
  readonly confusions: readonly Confusion[];
  readonly trail: readonly TrailPoint[];
}

export interface ClassName {
  readonly index: number;
  readonly name: string;
}

export interface ImageClass extends ClassName {
  readonly wnid: string | null;
  readonly images: number | null;
  readonly accuracy: number | null;
}

export interface ListedClass extends ImageClass {
  readonly similarity: number | null;
  readonly histogram: ProbabilityHistogram | null; // null: nothing was counted
}

export interface Page<Item> {
  readonly nodes: readonly Item[];
  readonly totalCount: number;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

export interface Pictures {
  readonly thumbnail: string | null; // synthesised, or else a real one
  readonly featureVisualization: string | null;
  readonly diversity: readonly string[];
  readonly examples: readonly string[];
}

/** A part of a real picture, cut where a channel looks. */
export interface Patch {
  readonly picture: string;
  readonly whole: string; // the square that the network saw
  readonly x: number; // px of that square
  readonly y: number;
  readonly side: number;
  readonly imageClass: number;
  readonly peak: number;
}

export interface ChannelPictures {
  readonly id: string; // of the channel
  readonly pictures: { readonly diversity: readonly string[]; readonly examples: readonly string[]; readonly patches: readonly Patch[]; readonly patchesRemedy: string | null } | null;
}

/** What there is of a channel's picture by now. */
export interface Arrival {
  readonly id: string; // of the channel
  readonly pictures: { readonly thumbnail: string | null; readonly state: "READY" | "NOT_MADE" | "FAILED" | "NONE" } | null;
}

export interface Channel {
  readonly id: string; // "<model>/<layer>/<index>"
  readonly layer: string;
  readonly index: number;
  readonly classCount: number;
  readonly pictures: { readonly thumbnail: string | null } | null;
}

export interface GraphChannel {
  readonly channel: Channel;
  readonly count: number; // pictures of the class in which it is among the most active
  readonly share: number | null; // count / pictures of the class
  readonly pagerank: number;
}

export interface GraphEdge {
  readonly source: string; // the lower channel
  readonly target: string;
  readonly weight: number;
  readonly share: number | null;
}

export interface AttributionGraph {
  readonly channels: readonly GraphChannel[];
  readonly edges: readonly GraphEdge[];
  readonly totalChannels: number;
  readonly totalEdges: number;
  readonly origin: GraphOrigin;
}

/** How a graph was cut from personalized PageRank; null where that is unknown. */
export interface GraphOrigin {
  readonly threshold: number | null; // percent, asked for
  readonly unified: boolean | null; // of the network's PageRank; else of each layer's
  readonly step: number | null; // points it is raised by where a layer would have no edge
  readonly deadEnds: boolean | null;
  readonly thresholds: readonly number[] | null; // percent, final, lowest layer first
  readonly damping: number | null;
  readonly variant: string | null;
}

export interface Extraction {
  readonly written: number; // classes
  readonly unchanged: number;
  readonly variant: string;
  readonly seconds: number;
}

export interface ClassWithGraph extends ImageClass {
  readonly groups: readonly ClassGroup[];
  readonly live: boolean; // any threshold can be cut
  readonly attributionGraph: AttributionGraph;
  readonly confusions: readonly Confusion[];
}

/** All that a class's graph is shown with, in one answer. */
export interface ClassView extends ClassWithGraph {
  readonly cut?: AttributionGraph; // where another threshold was asked for
  readonly faithfulness: Faithfulness | null; // null: the graph was not checked
  readonly similar: readonly SimilarClass[];
}

/** What the log-odds of a class lose when channels of one layer are switched off: means over pictures. */
export interface LayerFaithfulness {
  readonly layer: string;
  readonly channels: number; // of the graph
  readonly drop: number;
  readonly nullMean: number; // of random sets of as many channels
  readonly null99: number; // their 99th percentile
  readonly beaten: number; // share of them with a smaller drop, 0 to 1
  readonly matched: number; // of channels outside the graph that are activated about as often
  readonly recovered: number | null; // part of what the layer gives that the graph's channels keep; null: it gives nothing
}

export interface Faithfulness {
  readonly pictures: number;
  readonly draws: number; // random sets per layer
  readonly drop: number; // mean over the layers
  readonly nullMean: number;
  readonly layers: readonly LayerFaithfulness[]; // lowest first
}

export interface ChannelUse {
  readonly imageClass: ClassName;
  readonly count: number;
  readonly share: number | null;
  readonly pagerank: number;
}

export interface ChannelDetail {
  readonly id: string;
  readonly layer: string;
  readonly index: number;
  readonly excluded: boolean;
  readonly classCount: number;
  readonly pictures: Pictures | null;
  readonly classes: readonly ChannelUse[];
}

/** A group of classes that a channel may be called after. */
export interface SuggestedName {
  readonly channel: { readonly id: string };
  readonly name: string;
  readonly together: number; // classes of the group whose graphs have the channel
  readonly size: number; // classes of the group
  readonly classCount: number; // whose graphs have the channel
  readonly q: number;
}

/** A channel in one class's graph and among the classes that have it. */
export interface ChannelPlace {
  readonly rank: number; // by PageRank in its row, 1 is the highest
  readonly rowSize: number;
  readonly margin: number | null; // its PageRank by the lowest of the row
  readonly pagerankBefore: number | null; // percent: it is in the graph at any threshold above
  readonly others: number; // classes
  readonly rankAmongUsers: number;
  readonly meanCount: number | null; // of the others
  readonly meanShare: number | null;
}

export interface Companion {
  readonly channel: Channel;
  readonly together: number; // classes whose graphs have both
  readonly classCount: number; // ... have the companion
  readonly jaccard: number;
}

export interface ChannelWhy {
  readonly place: ChannelPlace | null; // null: it is not in the graph
  readonly companions: readonly Companion[];
}

export interface ComparedChannel {
  readonly channel: Channel;
  readonly classes: readonly number[];
  readonly counts: readonly number[]; // aligned with classes, like shares and pageranks
  readonly shares: readonly (number | null)[] | null; // null: the number of pictures is unknown
  readonly pageranks: readonly number[];
}

export interface ComparedEdge {
  readonly source: string;
  readonly target: string;
  readonly classes: readonly number[];
  readonly weights: readonly number[];
  readonly shares: readonly (number | null)[] | null; // null: the number of pictures is unknown
}

export interface LayerOverlap {
  readonly layer: string;
  readonly jaccard: number;
  readonly counts: readonly number[];
  readonly shared: number;
  readonly union: number;
}

export interface ComparedGraph {
  readonly classes: readonly ImageClass[];
  readonly channels: readonly ComparedChannel[];
  readonly edges: readonly ComparedEdge[];
  readonly layers: readonly LayerOverlap[];
}

export interface SimilarClass {
  readonly imageClass: ClassName;
  readonly similarity: number;
}

export interface Motif {
  readonly channels: readonly Channel[];
  readonly edges: readonly GraphEdge[];
  readonly support: number;
  readonly share: number;
  readonly classes: readonly number[];
  readonly nearlyClasses: readonly number[]; // lack exactly one of its edges
  readonly logP: number; // natural logarithm of the chance of this support
  readonly supportAgainst: number | null; // the rest is set where a contrast was asked for
  readonly oddsRatio: number | null;
  readonly oddsRatioLow: number | null;
  readonly oddsRatioHigh: number | null;
  readonly pValue: number | null;
  readonly qValue: number | null;
}

export interface MotifPage extends Page<Motif> {
  readonly classCount: number; // of the first group, with a graph
  readonly againstCount: number | null; // contrasted with, with a graph and not of the first group; null without a contrast
  readonly complete: boolean;
  readonly note: string | null;
  readonly cursor: string | null; // goes on where a search ended early
}

export interface QueryField {
  readonly name: string;
  readonly type: string;
}

export interface StoredQuery {
  readonly name: string;
  readonly about: string;
  readonly parameters: readonly QueryField[];
  readonly returns: readonly QueryField[];
  readonly units: string | null;
  readonly mode: string;
  readonly example: Readonly<Record<string, unknown>> | null;
  readonly text: string;
}

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  readonly truncated: boolean;
  readonly seconds: number;
  readonly note: string | null; // of a search that ended early: why
  readonly cursor: string | null; // it goes on from there
}
