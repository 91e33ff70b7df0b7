// about:   How many names, notes and saved views a model has, and how many of them are views.
// params:  model: string
// returns: total: int, views: int
// units:   one row, also for a model that is gone or has none
// example: model=sample
MATCH (kept:Annotation {model: $model})
RETURN count(kept) AS total, count(CASE WHEN kept.kind = 'VIEW' THEN 1 END) AS views
