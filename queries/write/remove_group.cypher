// about:   Remove a group of classes; the classes stay.
// params:  model: string, group: string
// returns: removed: int
MATCH (group:ClassGroup {id: $group})
WHERE group.model = $model
DETACH DELETE group
RETURN count(*) AS removed
