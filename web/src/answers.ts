// Made by `npm run generate` from the service's SDL and documents.ts; not to be edited.

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** What is written about. */
export type AnnotationKind =
  | 'CHANNEL'
  | 'CLASS'
  | 'VIEW';

/** How classes are ordered. */
export type ClassOrder =
  | 'INDEX'
  | 'NAME'
  /** Highest first; the same as ACCURACY_DESCENDING. */
  | 'ACCURACY'
  /** Highest first, unknown last. */
  | 'ACCURACY_DESCENDING'
  /** Lowest first, unknown last. */
  | 'ACCURACY_ASCENDING'
  /** Largest `drop` first, unmeasured last. */
  | 'DROP_DESCENDING'
  /** Smallest `drop` first, unmeasured last. */
  | 'DROP_ASCENDING'
  | 'SIMILARITY';

/** Which ways the network has from source to target. */
export type EdgeKind =
  /** Every way passes a convolution. */
  | 'CONVOLUTION'
  /** None does: by addition, product or concatenation. */
  | 'SKIP'
  /** There are ways of either sort. */
  | 'BOTH';

/** Classes to contrast with: a group, or a list. */
export type MotifGroup = {
  /** WordNet id, or a name that only one group has. */
  readonly group?: string | null | undefined;
  /** Class indexes. */
  readonly classes?: ReadonlyArray<number> | null | undefined;
  /** Only motifs that at most this share of them have, 0 to 1. */
  readonly maxSupport?: number;
};

/** What kind of motif. */
export type MotifShape =
  /** Every connected set of edges that cannot grow and keep its classes. */
  | 'CLOSED'
  /** Those of them that no other frequent one contains. */
  | 'MAXIMAL'
  | 'EDGE'
  /** `length` channels, each in a higher layer than the last. */
  | 'CHAIN'
  /** Two channels that lead to one. */
  | 'FAN_IN'
  /** One channel that leads to two. */
  | 'FAN_OUT'
  /** Two ways of two edges from a channel to another. */
  | 'DIAMOND'
  /** Two channels that both lead to the same two. */
  | 'BI_FAN';

/** What there is of a channel's synthesised picture. */
export type PictureState =
  /** It is there. */
  | 'READY'
  /** It can be made; `remedy` says by which command. */
  | 'NOT_MADE'
  /** It is there, but other channels of the layer are more excited by it. */
  | 'FAILED'
  /** It was not published, or the run that it was made from is gone. */
  | 'NONE';

/** What PageRank restarts at, and so what an attribution graph is by. */
export type Score =
  /** Channels that the class's pictures activate most. */
  | 'ACTIVATION'
  /** Channels that raise the class's log-odds most; of runs counted with --attribution. */
  | 'ATTRIBUTION';

export type PingQueryVariables = Exact<{ [key: string]: never; }>;


export type PingQuery = { readonly models: ReadonlyArray<{ readonly id: string }> };

export type ModelsQueryVariables = Exact<{ [key: string]: never; }>;


export type ModelsQuery = { readonly models: ReadonlyArray<{ readonly id: string, readonly architecture: string | null, readonly dataset: string | null, readonly graphThreshold: number | null, readonly weightUnit: number | null, readonly classCount: number, readonly channelCount: number, readonly graphChannelCount: number, readonly largestCount: number, readonly largestWeight: number, readonly scores: ReadonlyArray<{ readonly score: Score, readonly graphs: number, readonly checked: number }>, readonly layers: ReadonlyArray<{ readonly id: string, readonly name: string, readonly index: number, readonly channels: number }> }> };

export type ClassesQueryVariables = Exact<{
  model: string;
  search?: string | null | undefined;
  group?: string | null | undefined;
  orderBy: ClassOrder;
  similarTo?: number | null | undefined;
  layer?: string | null | undefined;
  first: number;
  after?: string | null | undefined;
  score?: Score;
  byDrop?: boolean;
}>;


export type ClassesQuery = { readonly classes: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly index: number, readonly name: string, readonly wnid: string | null, readonly images: number | null, readonly accuracy: number | null, readonly similarity: number | null, readonly drop?: number | null, readonly histogram: { readonly bins: number, readonly truth: ReadonlyArray<number>, readonly top: ReadonlyArray<number>, readonly images: number } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type ImagesQueryVariables = Exact<{
  model: string;
  first: number;
  after?: string | null | undefined;
}>;


export type ImagesQuery = { readonly classes: { readonly nodes: ReadonlyArray<{ readonly images: number | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type NamesQueryVariables = Exact<{
  model: string;
  first: number;
  after?: string | null | undefined;
}>;


export type NamesQuery = { readonly classes: { readonly nodes: ReadonlyArray<{ readonly index: number, readonly name: string }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type GroupsQueryVariables = Exact<{
  model: string;
}>;


export type GroupsQuery = { readonly groups: ReadonlyArray<{ readonly id: string, readonly wnid: string | null, readonly name: string, readonly classCount: number }> };

export type ListedQueryVariables = Exact<{
  model: string;
  index: number;
  score?: Score;
  byDrop?: boolean;
}>;


export type ListedQuery = { readonly imageClass: { readonly index: number, readonly name: string, readonly wnid: string | null, readonly images: number | null, readonly accuracy: number | null, readonly similarity: number | null, readonly drop?: number | null, readonly histogram: { readonly bins: number, readonly truth: ReadonlyArray<number>, readonly top: ReadonlyArray<number>, readonly images: number } | null } | null };

export type MembersQueryVariables = Exact<{
  model: string;
}>;


export type MembersQuery = { readonly groups: ReadonlyArray<{ readonly id: string, readonly wnid: string | null, readonly name: string, readonly classCount: number, readonly classes: ReadonlyArray<number> }> };

export type EmbeddingsQueryVariables = Exact<{
  model: string;
}>;


export type EmbeddingsQuery = { readonly model: { readonly embeddings: ReadonlyArray<{ readonly layer: string, readonly classes: ReadonlyArray<number>, readonly x: ReadonlyArray<number>, readonly y: ReadonlyArray<number>, readonly parked: ReadonlyArray<number>, readonly source: string, readonly stale: boolean, readonly parameters: string }> } | null };

export type MapClassQueryVariables = Exact<{
  model: string;
  index: number;
}>;


export type MapClassQuery = { readonly imageClass: { readonly index: number, readonly name: string, readonly wnid: string | null, readonly images: number | null, readonly accuracy: number | null, readonly trail: ReadonlyArray<{ readonly layer: string, readonly x: number, readonly y: number }>, readonly confusions: ReadonlyArray<{ readonly output: number, readonly name: string | null, readonly images: number, readonly class: { readonly index: number, readonly name: string } | null }> } | null };

export type CompanyQueryVariables = Exact<{
  model: string;
  index: number;
  groups: ReadonlyArray<string> | string;
  neighbours: number;
}>;


export type CompanyQuery = { readonly imageClass: { readonly companyByLayer: ReadonlyArray<{ readonly layer: string, readonly company: ReadonlyArray<{ readonly count: number, readonly group: { readonly id: string, readonly wnid: string | null, readonly name: string, readonly classCount: number } }> }> } | null };

export type KeepGroupMutationVariables = Exact<{
  model: string;
  name: string;
  classes: ReadonlyArray<number> | number;
}>;


export type KeepGroupMutation = { readonly keepGroup: { readonly id: string, readonly wnid: string | null, readonly name: string, readonly classCount: number } };

export type ViewQueryVariables = Exact<{
  model: string;
  index: number;
  isCut: boolean;
  threshold?: number | null | undefined;
  unified: boolean;
  deadEnds: boolean;
  layer?: string | null | undefined;
  similar: number;
  score: Score;
}>;


export type ViewQuery = { readonly imageClass: { readonly index: number, readonly name: string, readonly wnid: string | null, readonly images: number | null, readonly accuracy: number | null, readonly live: boolean, readonly confusions: ReadonlyArray<{ readonly output: number, readonly name: string | null, readonly images: number, readonly class: { readonly index: number, readonly name: string } | null }>, readonly groups: ReadonlyArray<{ readonly id: string, readonly wnid: string | null, readonly name: string, readonly classCount: number }>, readonly attributionGraph: { readonly totalChannels: number, readonly totalEdges: number, readonly origin: { readonly threshold: number | null, readonly unified: boolean | null, readonly step: number | null, readonly deadEnds: boolean | null, readonly thresholds: ReadonlyArray<number> | null, readonly damping: number | null, readonly variant: string | null, readonly replicates: number | null, readonly noProbability: string | null }, readonly channels: ReadonlyArray<{ readonly count: number, readonly share: number | null, readonly pagerank: number, readonly probability: number | null, readonly channel: { readonly id: string, readonly layer: string, readonly index: number, readonly classCount: number, readonly pictures: { readonly thumbnail: string | null } | null } }>, readonly edges: ReadonlyArray<{ readonly source: string, readonly target: string, readonly weight: number, readonly share: number | null, readonly kind: EdgeKind | null, readonly probability: number | null, readonly attributed: number | null, readonly attributedOf: number | null }>, readonly output: { readonly score: number | null, readonly bias: number | null, readonly reason: string | null, readonly edges: ReadonlyArray<{ readonly source: string, readonly attributed: number, readonly share: number | null, readonly contribution: number | null, readonly weight: number | null, readonly mean: number | null }> } | null }, readonly cut?: { readonly totalChannels: number, readonly totalEdges: number, readonly origin: { readonly threshold: number | null, readonly unified: boolean | null, readonly step: number | null, readonly deadEnds: boolean | null, readonly thresholds: ReadonlyArray<number> | null, readonly damping: number | null, readonly variant: string | null, readonly replicates: number | null, readonly noProbability: string | null }, readonly channels: ReadonlyArray<{ readonly count: number, readonly share: number | null, readonly pagerank: number, readonly probability: number | null, readonly channel: { readonly id: string, readonly layer: string, readonly index: number, readonly classCount: number, readonly pictures: { readonly thumbnail: string | null } | null } }>, readonly edges: ReadonlyArray<{ readonly source: string, readonly target: string, readonly weight: number, readonly share: number | null, readonly kind: EdgeKind | null, readonly probability: number | null, readonly attributed: number | null, readonly attributedOf: number | null }>, readonly output: { readonly score: number | null, readonly bias: number | null, readonly reason: string | null, readonly edges: ReadonlyArray<{ readonly source: string, readonly attributed: number, readonly share: number | null, readonly contribution: number | null, readonly weight: number | null, readonly mean: number | null }> } | null }, readonly faithfulness: { readonly pictures: number, readonly draws: number, readonly drop: number, readonly nullMean: number, readonly layers: ReadonlyArray<{ readonly layer: string, readonly channels: number, readonly drop: number, readonly nullMean: number, readonly null99: number, readonly beaten: number, readonly matched: number, readonly recovered: number | null }> } | null, readonly subsets: ReadonlyArray<{ readonly name: string, readonly score: Score, readonly pictures: number, readonly rest: string | null, readonly restPictures: number, readonly difference: ReadonlyArray<{ readonly what: string, readonly layer: string | null, readonly jaccard: number, readonly mean: number | null, readonly low: number | null, readonly high: number | null }> }>, readonly similar: ReadonlyArray<{ readonly similarity: number, readonly imageClass: { readonly index: number, readonly name: string } }> } | null };

export type SubsetQueryVariables = Exact<{
  model: string;
  index: number;
  score: Score;
  subset?: string | null | undefined;
}>;


export type SubsetQuery = { readonly imageClass: { readonly index: number, readonly name: string, readonly wnid: string | null, readonly images: number | null, readonly accuracy: number | null, readonly attributionGraph: { readonly totalChannels: number, readonly totalEdges: number, readonly origin: { readonly threshold: number | null, readonly unified: boolean | null, readonly step: number | null, readonly deadEnds: boolean | null, readonly thresholds: ReadonlyArray<number> | null, readonly damping: number | null, readonly variant: string | null, readonly replicates: number | null, readonly noProbability: string | null }, readonly channels: ReadonlyArray<{ readonly count: number, readonly share: number | null, readonly pagerank: number, readonly probability: number | null, readonly channel: { readonly id: string, readonly layer: string, readonly index: number, readonly classCount: number, readonly pictures: { readonly thumbnail: string | null } | null } }>, readonly edges: ReadonlyArray<{ readonly source: string, readonly target: string, readonly weight: number, readonly share: number | null, readonly kind: EdgeKind | null, readonly probability: number | null, readonly attributed: number | null, readonly attributedOf: number | null }>, readonly output: { readonly score: number | null, readonly bias: number | null, readonly reason: string | null, readonly edges: ReadonlyArray<{ readonly source: string, readonly attributed: number, readonly share: number | null, readonly contribution: number | null, readonly weight: number | null, readonly mean: number | null }> } | null }, readonly subsets: ReadonlyArray<{ readonly name: string, readonly score: Score, readonly pictures: number, readonly rest: string | null, readonly restPictures: number, readonly difference: ReadonlyArray<{ readonly what: string, readonly layer: string | null, readonly jaccard: number, readonly mean: number | null, readonly low: number | null, readonly high: number | null }> }> } | null };

export type ExtractMutationVariables = Exact<{
  model: string;
  classes: ReadonlyArray<number> | number;
  threshold: number;
  unified: boolean;
  deadEnds: boolean;
  step?: number;
  damping?: number;
  score?: Score;
}>;


export type ExtractMutation = { readonly extract: { readonly written: number, readonly unchanged: number, readonly variant: string, readonly seconds: number } };

export type SimilarQueryVariables = Exact<{
  model: string;
  index: number;
  layer?: string | null | undefined;
  first: number;
}>;


export type SimilarQuery = { readonly imageClass: { readonly similar: ReadonlyArray<{ readonly similarity: number, readonly imageClass: { readonly index: number, readonly name: string } }> } | null };

export type ChannelQueryVariables = Exact<{
  id: string;
  first: number;
}>;


export type ChannelQuery = { readonly channel: { readonly id: string, readonly layer: string, readonly index: number, readonly excluded: boolean, readonly classCount: number, readonly pictures: { readonly thumbnail: string | null, readonly featureVisualization: string | null, readonly diversity: ReadonlyArray<string>, readonly examples: ReadonlyArray<string>, readonly patchesRemedy: string | null } | null, readonly classes: ReadonlyArray<{ readonly count: number, readonly share: number | null, readonly pagerank: number, readonly imageClass: { readonly index: number, readonly name: string } }> } | null };

export type WhyQueryVariables = Exact<{
  model: string;
  index: number;
  channel: string;
  companions: number;
  threshold?: number | null | undefined;
  unified: boolean;
  deadEnds: boolean;
}>;


export type WhyQuery = { readonly imageClass: { readonly attributionGraph: { readonly place: { readonly rank: number, readonly rowSize: number, readonly margin: number | null, readonly pagerankBefore: number | null, readonly others: number, readonly rankAmongUsers: number, readonly meanCount: number | null, readonly meanShare: number | null } | null } } | null, readonly channel: { readonly companions: ReadonlyArray<{ readonly together: number, readonly classCount: number, readonly jaccard: number, readonly channel: { readonly id: string, readonly layer: string, readonly index: number, readonly classCount: number, readonly pictures: { readonly thumbnail: string | null } | null } }> } | null };

export type SuggestedNamesQueryVariables = Exact<{
  model: string;
}>;


export type SuggestedNamesQuery = { readonly model: { readonly suggestedNames: ReadonlyArray<{ readonly name: string, readonly together: number, readonly size: number, readonly classCount: number, readonly q: number, readonly channel: { readonly id: string } }> } | null };

export type NotesQueryVariables = Exact<{
  model: string;
}>;


export type NotesQuery = { readonly model: { readonly annotations: ReadonlyArray<{ readonly kind: AnnotationKind, readonly target: string, readonly name: string | null, readonly note: string | null, readonly address: string | null, readonly created: string, readonly changed: string, readonly revision: string }> } | null };

export type ViewPicturesQueryVariables = Exact<{
  model: string;
}>;


export type ViewPicturesQuery = { readonly model: { readonly annotations: ReadonlyArray<{ readonly target: string, readonly picture: string | null }> } | null };

export type KeepNoteMutationVariables = Exact<{
  model: string;
  kind: AnnotationKind;
  target: string;
  name?: string | null | undefined;
  note?: string | null | undefined;
  address?: string | null | undefined;
  picture?: string | null | undefined;
  expected?: string | null | undefined;
}>;


export type KeepNoteMutation = { readonly keepAnnotation: { readonly kind: AnnotationKind, readonly target: string, readonly name: string | null, readonly note: string | null, readonly address: string | null, readonly created: string, readonly changed: string, readonly revision: string } };

export type RemoveNoteMutationVariables = Exact<{
  model: string;
  kind: AnnotationKind;
  target: string;
  expected: string;
}>;


export type RemoveNoteMutation = { readonly removeAnnotation: boolean };

export type CompareQueryVariables = Exact<{
  model: string;
  classes: ReadonlyArray<number> | number;
  score: Score;
}>;


export type CompareQuery = { readonly compare: { readonly classes: ReadonlyArray<{ readonly index: number, readonly name: string, readonly wnid: string | null, readonly images: number | null, readonly accuracy: number | null }>, readonly channels: ReadonlyArray<{ readonly classes: ReadonlyArray<number>, readonly counts: ReadonlyArray<number>, readonly shares: ReadonlyArray<number> | null, readonly pageranks: ReadonlyArray<number>, readonly probabilities: ReadonlyArray<number | null>, readonly channel: { readonly id: string, readonly layer: string, readonly index: number, readonly classCount: number, readonly pictures: { readonly thumbnail: string | null } | null } }>, readonly edges: ReadonlyArray<{ readonly source: string, readonly target: string, readonly classes: ReadonlyArray<number>, readonly weights: ReadonlyArray<number>, readonly shares: ReadonlyArray<number> | null, readonly kind: EdgeKind | null, readonly probabilities: ReadonlyArray<number | null> }>, readonly layers: ReadonlyArray<{ readonly layer: string, readonly jaccard: number, readonly counts: ReadonlyArray<number>, readonly shared: number, readonly union: number }> } };

export type BeyondQueryVariables = Exact<{
  model: string;
  classes: ReadonlyArray<number> | number;
  score: Score;
}>;


export type BeyondQuery = { readonly compare: { readonly channels: ReadonlyArray<{ readonly everyCount: ReadonlyArray<number | null>, readonly channel: { readonly id: string } }>, readonly edges: ReadonlyArray<{ readonly source: string, readonly target: string, readonly everyWeight: ReadonlyArray<number | null> }> } };

export type EffectsQueryVariables = Exact<{
  model: string;
  index: number;
  first: number;
}>;


export type EffectsQuery = { readonly imageClass: { readonly effects: ReadonlyArray<{ readonly channel: string, readonly drop: number, readonly low: number | null, readonly high: number | null, readonly pictures: number }> } | null };

export type MotifsQueryVariables = Exact<{
  model: string;
  group?: string | null | undefined;
  classes?: ReadonlyArray<number> | number | null | undefined;
  against?: MotifGroup | null | undefined;
  shape: MotifShape;
  minSupport: number;
  length: number;
  channel?: string | null | undefined;
  seconds: number;
  cursor?: string | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type MotifsQuery = { readonly motifs: { readonly totalCount: number, readonly classCount: number, readonly againstCount: number | null, readonly complete: boolean, readonly note: string | null, readonly cursor: string | null, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly support: number, readonly share: number, readonly classes: ReadonlyArray<number>, readonly nearlyClasses: ReadonlyArray<number>, readonly logP: number, readonly supportAgainst: number | null, readonly oddsRatio: number | null, readonly oddsRatioLow: number | null, readonly oddsRatioHigh: number | null, readonly pValue: number | null, readonly qValue: number | null, readonly channels: ReadonlyArray<{ readonly id: string, readonly layer: string, readonly index: number, readonly classCount: number, readonly pictures: { readonly thumbnail: string | null } | null }>, readonly edges: ReadonlyArray<{ readonly source: string, readonly target: string, readonly weight: number, readonly share: number | null }> }> } };

export type StoredQueriesQueryVariables = Exact<{ [key: string]: never; }>;


export type StoredQueriesQuery = { readonly storedQueries: ReadonlyArray<{ readonly name: string, readonly about: string, readonly units: string | null, readonly mode: string, readonly example: unknown, readonly text: string, readonly parameters: ReadonlyArray<{ readonly name: string, readonly type: string }>, readonly returns: ReadonlyArray<{ readonly name: string, readonly type: string }> }> };

export type RunStoredQueryQueryVariables = Exact<{
  name: string;
  parameters?: unknown;
}>;


export type RunStoredQueryQuery = { readonly storedQuery: { readonly columns: ReadonlyArray<string>, readonly rows: ReadonlyArray<ReadonlyArray<unknown>>, readonly truncated: boolean, readonly seconds: number, readonly note: string | null, readonly cursor: string | null } };

export type RunCypherQueryVariables = Exact<{
  statement: string;
  parameters?: unknown;
}>;


export type RunCypherQuery = { readonly cypher: { readonly columns: ReadonlyArray<string>, readonly rows: ReadonlyArray<ReadonlyArray<unknown>>, readonly truncated: boolean, readonly seconds: number, readonly note: string | null, readonly cursor: string | null } };

export type ChannelPicturesQueryVariables = Exact<{
  class?: number | null | undefined;
  first: number;
  i0: string;
}>;


export type ChannelPicturesQuery = { readonly c0: { readonly id: string, readonly pictures: { readonly diversity: ReadonlyArray<string>, readonly examples: ReadonlyArray<string>, readonly patchesRemedy: string | null, readonly patches: ReadonlyArray<{ readonly picture: string, readonly whole: string, readonly x: number, readonly y: number, readonly side: number, readonly imageClass: number, readonly peak: number }> } | null } | null };

export type ArrivalsQueryVariables = Exact<{
  i0: string;
}>;


export type ArrivalsQuery = { readonly c0: { readonly id: string, readonly pictures: { readonly thumbnail: string | null, readonly state: PictureState } | null } | null };

export type ChannelsQueryVariables = Exact<{
  i0: string;
}>;


export type ChannelsQuery = { readonly c0: { readonly id: string, readonly layer: string, readonly index: number, readonly classCount: number, readonly pictures: { readonly thumbnail: string | null } | null } | null };


export interface Answers {
  readonly ping: PingQuery;
  readonly models: ModelsQuery;
  readonly classes: ClassesQuery;
  readonly images: ImagesQuery;
  readonly names: NamesQuery;
  readonly groups: GroupsQuery;
  readonly listed: ListedQuery;
  readonly members: MembersQuery;
  readonly embeddings: EmbeddingsQuery;
  readonly mapClass: MapClassQuery;
  readonly company: CompanyQuery;
  readonly keepGroup: KeepGroupMutation;
  readonly view: ViewQuery;
  readonly subset: SubsetQuery;
  readonly extract: ExtractMutation;
  readonly similar: SimilarQuery;
  readonly channel: ChannelQuery;
  readonly why: WhyQuery;
  readonly suggestedNames: SuggestedNamesQuery;
  readonly notes: NotesQuery;
  readonly viewPictures: ViewPicturesQuery;
  readonly keepNote: KeepNoteMutation;
  readonly removeNote: RemoveNoteMutation;
  readonly compare: CompareQuery;
  readonly beyond: BeyondQuery;
  readonly effects: EffectsQuery;
  readonly motifs: MotifsQuery;
  readonly storedQueries: StoredQueriesQuery;
  readonly storedQuery: RunStoredQueryQuery;
  readonly cypher: RunCypherQuery;
  readonly pictures: ChannelPicturesQuery;
  readonly arrivals: ArrivalsQuery;
  readonly channels: ChannelsQuery;
}

export interface Variables {
  readonly ping: PingQueryVariables;
  readonly models: ModelsQueryVariables;
  readonly classes: ClassesQueryVariables;
  readonly images: ImagesQueryVariables;
  readonly names: NamesQueryVariables;
  readonly groups: GroupsQueryVariables;
  readonly listed: ListedQueryVariables;
  readonly members: MembersQueryVariables;
  readonly embeddings: EmbeddingsQueryVariables;
  readonly mapClass: MapClassQueryVariables;
  readonly company: CompanyQueryVariables;
  readonly keepGroup: KeepGroupMutationVariables;
  readonly view: ViewQueryVariables;
  readonly subset: SubsetQueryVariables;
  readonly extract: ExtractMutationVariables;
  readonly similar: SimilarQueryVariables;
  readonly channel: ChannelQueryVariables;
  readonly why: WhyQueryVariables;
  readonly suggestedNames: SuggestedNamesQueryVariables;
  readonly notes: NotesQueryVariables;
  readonly viewPictures: ViewPicturesQueryVariables;
  readonly keepNote: KeepNoteMutationVariables;
  readonly removeNote: RemoveNoteMutationVariables;
  readonly compare: CompareQueryVariables;
  readonly beyond: BeyondQueryVariables;
  readonly effects: EffectsQueryVariables;
  readonly motifs: MotifsQueryVariables;
  readonly storedQueries: StoredQueriesQueryVariables;
  readonly storedQuery: RunStoredQueryQueryVariables;
  readonly cypher: RunCypherQueryVariables;
  readonly pictures: ChannelPicturesQueryVariables;
  readonly arrivals: ArrivalsQueryVariables;
  readonly channels: ChannelsQueryVariables;
}
