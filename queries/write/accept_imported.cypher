// about:   Take over classes that came by bulk import (queries/load/bulk.py) and are what a run says: sign their counts, and
//          complete lists that are empty, which its files cannot tell from none. Rows are those of sign_counts.
// params:  rows: list<map>
// returns: accepted: int
UNWIND $rows AS row
MATCH (class:ImageClass {id: row.id})
WHERE class.imported_digest = row.digest
SET class.counts_digest = row.digest, class.imported_digest = null, class.activation_count = row.activations,
    class.influence_count = row.influences, class.influenced_count = row.influenced,
    class.attribution_count = row.attributions, class.counts_seal = row.seal,
    class.attribution_seal = row.attribution_seal, class.contribution_count = row.contributions,
    class.contribution_seal = row.contribution_seal, class.output_bias = row.output_bias
WITH class
OPTIONAL MATCH (class)-[:HAS_ADJACENCY]->(adjacency:Adjacency)
WHERE adjacency.in_sources IS NULL OR adjacency.out_targets IS NULL
SET adjacency.in_sources = coalesce(adjacency.in_sources, []), adjacency.in_weights = coalesce(adjacency.in_weights, []),
    adjacency.out_targets = coalesce(adjacency.out_targets, []),
    adjacency.out_weights = coalesce(adjacency.out_weights, [])
RETURN count(DISTINCT class) AS accepted
