// about:   What is known of a class's output: what its score is without any channel, and why contributions to it are not known.
// params:  class: string
// returns: attributions: int?, bias: float?, head: string?, attribution_seal: string?, contribution_count: int?,
//          contribution_seal: string?
// units:   attributions is the number of channels with attribution counts (R), null where there are none; bias is the class's
//          score before softmax when no channel of the last layer is activated, null where contributions are not known; head
//          is 'linear', or says why the network's scores are not weighted sums of the last layer's channels, null where that
//          was not measured. The seals are digests of all attribution counts, and of the bias with as many contributions as
//          contribution_count says
// example: class=sample/0
MATCH (class:ImageClass {id: $class})
OPTIONAL MATCH (class)-[:OF_MODEL]->(model:Model)
RETURN class.attribution_count AS attributions, class.output_bias AS bias, model.head AS head,
       class.attribution_seal AS attribution_seal, class.contribution_count AS contribution_count,
       class.contribution_seal AS contribution_seal
