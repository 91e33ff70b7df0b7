// about:   Remove names, notes and saved views.
// params:  ids: list<string>
// returns: nothing
MATCH (kept:Annotation)
WHERE kept.id IN $ids
DETACH DELETE kept
