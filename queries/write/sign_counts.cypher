// about:   Record what the counts of some classes (A, I, R and contributions) were loaded from, or that they are not whole.
//          Rows hold id and digest, null where they are not whole; the others are what the digest came with: activations,
//          influences, influenced, attributions, contributions, seal, attribution_seal, contribution_seal and output_bias.
// params:  rows: list<map>
// returns: nothing
// units:   activations and attributions are numbers of relationships, influences those of pairs of channels, influenced those
//          of channels that have influences on them; seal is the digest of A and I, and attribution_seal that of R, in any
//          order; attributions and attribution_seal are null for a class without R. contributions is the number of
//          CONTRIBUTES_TO relationships, contribution_seal their digest, and output_bias the class's score (before softmax)
//          when no channel of the last layer is activated; null where there are none
UNWIND $rows AS row
MATCH (class:ImageClass {id: row.id})
SET class.counts_digest = row.digest, class.activation_count = row.activations, class.influence_count = row.influences,
    class.influenced_count = row.influenced, class.attribution_count = row.attributions, class.counts_seal = row.seal,
    class.attribution_seal = row.attribution_seal, class.contribution_count = row.contributions,
    class.contribution_seal = row.contribution_seal, class.output_bias = row.output_bias
