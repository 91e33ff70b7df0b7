// about:   Some of what people wrote down, by "<model>/<kind>/<target>", with the pictures of views.
// params:  ids: list<string>
// returns: id: string, model: string, kind: string, target: string, name: string?, note: string?, address: string?,
//          picture: string?, created: string, changed: string, revision: string
// units:   as for annotations; picture is a data URL of a small raster picture
// example: ids=sample/channel/middle/1,sample/view/first
UNWIND $ids AS id
MATCH (kept:Annotation {id: id})
RETURN kept.id AS id, kept.model AS model, kept.kind AS kind, kept.target AS target, kept.name AS name,
       kept.note AS note, kept.address AS address, kept.picture AS picture, kept.created AS created,
       kept.changed AS changed, kept.revision AS revision
ORDER BY id
