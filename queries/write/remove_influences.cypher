// about:   Remove pairs from a model's channel graph; rows hold target and sources.
// params:  rows: list<map>
// returns: nothing
// units:   target is a channel's id, sources are channel indexes within the layer below
UNWIND $rows AS row
MATCH (target:Channel {id: row.target})
MATCH (target)<-[edge:INFLUENCES]-(source:Channel)
WHERE source.index IN row.sources
WITH collect(edge) AS edges // ArcadeDB skips some of what it reads and deletes at once
UNWIND edges AS edge
DELETE edge
