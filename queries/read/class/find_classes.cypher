// about:   All classes of a model, or those whose name, WordNet id or index contains every search word, or those of a
//          group.
// params:  model: string, words: list<string>, group: string?
// returns: id: string, index: int, name: string, wnid: string?, images: int?, accuracy: float?
// units:   accuracy is the share of the class's pictures that are classified correctly (0..1)
// example: model=summit-inceptionv1 words=bear group=null
MATCH (class:ImageClass {model: $model})
WHERE all(word IN $words WHERE toLower(class.name) CONTAINS toLower(word) OR class.wnid = word
          OR toString(class.index) = word)
  AND ($group IS NULL OR EXISTS { MATCH (class)-[:IN_GROUP]->(:ClassGroup {id: $group}) })
RETURN class.id AS id, class.index AS index, class.name AS name, class.wnid AS wnid, class.images AS images,
       class.top1_accuracy AS accuracy
ORDER BY index
