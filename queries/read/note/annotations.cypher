// about:   What people wrote down about a model: names and notes of its channels, notes on its classes, and saved views.
// params:  model: string, after: string?, limit: int
// returns: id: string, model: string, kind: string, target: string, name: string?, note: string?, address: string?,
//          has_picture: bool, created: string, changed: string, revision: string
// units:   kind is CHANNEL, CLASS or VIEW; target is "<layer>/<index>" of a channel, the index of a class, the key of a
//          view; address is the query of the page's address that shows a view; created and changed are UTC; equal
//          revisions mean equal contents. The target may be a channel or class that the model lacks now. Rows are in
//          the order of ids: those after `after` (null: from the first), at most `limit`
// example: model=sample after=null limit=100
MATCH (kept:Annotation {model: $model})
WHERE kept.id IS NOT NULL AND ($after IS NULL OR kept.id > $after)
RETURN kept.id AS id, kept.model AS model, kept.kind AS kind, kept.target AS target, kept.name AS name,
       kept.note AS note, kept.address AS address, kept.picture IS NOT NULL AS has_picture, kept.created AS created,
       kept.changed AS changed, kept.revision AS revision
ORDER BY id
LIMIT $limit
