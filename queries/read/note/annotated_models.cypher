// about:   The models that something is written about, also those that are gone.
// params:  none
// returns: model: string, total: int
// units:   total counts names, notes and saved views
// example: none
MATCH (kept:Annotation)
WHERE kept.model IS NOT NULL
RETURN kept.model AS model, count(*) AS total
ORDER BY model
