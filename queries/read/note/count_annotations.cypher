// about:   How many names, notes and saved views a model has, how many of them are views, and how many lost their ids.
// params:  model: string
// returns: total: int, views: int, without_id: int
// units:   one row, also for a model that is gone or has none
// example: model=sample
MATCH (kept:Annotation {model: $model})
RETURN count(kept) AS total, count(CASE WHEN kept.kind = 'VIEW' THEN 1 END) AS views,
       count(CASE WHEN kept.id IS NULL THEN 1 END) AS without_id
