// The parts of the service's answers by name. What each field means is said in the service's SDL, graphql_api/schema.graphql.
import type { Answers } from "./answers";

type Item<List extends readonly unknown[]> = List[number];
type Answered<Name extends keyof Answers> = NonNullable<Answers[Name][keyof Answers[Name]]>;

export type Model = Item<Answered<"models">>;
export type Layer = Item<Model["layers"]>; // lowest first
/** Graphs of a model's classes by one score. */
export type ModelScore = Item<Model["scores"]>;

export type ClassGroup = Item<Answered<"groups">>;
/** A group with its classes. */
export type GroupMembers = Item<Answered<"members">>;

export type ClassName = Item<Answered<"names">["nodes"]>;
export type ImageClass = Item<Answered<"compare">["classes"]>;
export type ListedClass = Answered<"listed">;
/** A part of a list. */
export type Page<Listed> = Omit<Answered<"classes">, "nodes"> & { readonly nodes: readonly Listed[] };
export type ProbabilityHistogram = NonNullable<ListedClass["histogram"]>;

/** A layer's map: columns that go together. */
export type Embedding = Item<Answered<"embeddings">["embeddings"]>;
export type MapClass = Answered<"mapClass">;
export type TrailPoint = Item<MapClass["trail"]>;
/** An output that images of a class were taken for. */
export type Confusion = Item<MapClass["confusions"]>;
/** How many of a class's nearest at a layer are of which group. */
export type Company = Item<Answered<"company">["companyByLayer"]>;

/** All that a class's graph is shown with, in one answer. */
export type ClassView = Answered<"view">;
export type ClassWithGraph = Omit<ClassView, "cut" | "faithfulness" | "subsets" | "similar">;
export type AttributionGraph = ClassWithGraph["attributionGraph"];
export type GraphChannel = Item<AttributionGraph["channels"]>;
export type GraphEdge = Item<AttributionGraph["edges"]>;
/** From a channel of the last layer to the class itself. */
export type OutputEdge = Item<NonNullable<AttributionGraph["output"]>["edges"]>;
/** Which ways the network has from a channel to one of the next layer. */
export type EdgeKind = NonNullable<GraphEdge["kind"]>;
/** How a graph was cut from personalized PageRank. */
export type GraphOrigin = AttributionGraph["origin"];
export type Extraction = Answered<"extract">;
/** What the log-odds of a class lose when channels are switched off. */
export type Faithfulness = NonNullable<ClassView["faithfulness"]>;
export type LayerFaithfulness = Item<Faithfulness["layers"]>;
/** Some of a class's pictures that have a graph of their own. */
export type Subset = Item<ClassView["subsets"]>;
/** How alike the graphs of a subset and of the other pictures are. */
export type Likeness = Item<Subset["difference"]>;
export type SimilarClass = Item<ClassView["similar"]>;

export type Channel = Answered<"channels">;
export type ChannelDetail = Answered<"channel">;
export type ChannelUse = Item<ChannelDetail["classes"]>;
export type Pictures = NonNullable<ChannelDetail["pictures"]>;
export type ChannelPictures = Answered<"pictures">;
/** A part of a real picture, cut where a channel looks. */
export type Patch = Item<NonNullable<ChannelPictures["pictures"]>["patches"]>;
/** What there is of a channel's picture by now. */
export type Arrival = Answered<"arrivals">;

/** A group of classes that a channel may be called after. */
export type SuggestedName = Item<Answered<"suggestedNames">["suggestedNames"]>;
/** A channel in one class's graph and among the classes that have it. */
export type ChannelPlace = NonNullable<NonNullable<Answers["why"]["imageClass"]>["attributionGraph"]["place"]>;
export type Companion = Item<NonNullable<Answers["why"]["channel"]>["companions"]>;

export interface ChannelWhy {
  readonly place: ChannelPlace | null; // null: it is not in the graph
  readonly companions: readonly Companion[];
}

export type ComparedGraph = Answered<"compare">;
export type ComparedChannel = Item<ComparedGraph["channels"]>;
export type ComparedEdge = Item<ComparedGraph["edges"]>;
export type LayerOverlap = Item<ComparedGraph["layers"]>;

export type MotifPage = Answered<"motifs">;
export type Motif = Item<MotifPage["nodes"]>;
export type MotifEdge = Item<Motif["edges"]>;

export type StoredQuery = Item<Answered<"storedQueries">>;
export type QueryField = Item<StoredQuery["parameters"]>;
export type Table = Answered<"cypher">;
