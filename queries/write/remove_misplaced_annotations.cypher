// about:   Remove names, notes and views of a model that stand under another id than theirs, or under none, where theirs is
//          one of ids: nobody finds those by what they are about.
// params:  model: string, ids: list<string>
// returns: removed: int
MATCH (kept:Annotation {model: $model})
WITH kept, $model + '/' + CASE kept.kind WHEN 'CHANNEL' THEN 'channel' WHEN 'CLASS' THEN 'class' WHEN 'VIEW' THEN 'view' END
     + '/' + kept.target AS id
WHERE id IN $ids AND (kept.id IS NULL OR kept.id <> id)
DETACH DELETE kept
RETURN count(*) AS removed
