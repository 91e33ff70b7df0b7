// about:   Record what the counts of some classes (A and I) were loaded from, or that they are not whole. Rows hold id and
//          digest, null where they are not whole; activations, influences and seal are what the digest came with.
// params:  rows: list<map>
// returns: nothing
// units:   activations and influences are numbers of relationships; seal is the digest of all of them, in any order
UNWIND $rows AS row
MATCH (class:ImageClass {id: row.id})
SET class.counts_digest = row.digest, class.activation_count = row.activations, class.influence_count = row.influences,
    class.counts_seal = row.seal
