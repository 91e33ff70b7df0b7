"""What is asked of the database for a file, over the published graphs."""

from queries.export.asking import Request, export
from queries.groups import chosen_classes
from queries.motifs.mining import Question, mine
from tests.databases import MODEL, Database


def test_motifs_that_tell_two_groups_apart_say_so(arcadedb: Database) -> None:
    asked = Request(MODEL, group="bear", against="canine", shape="MAXIMAL", min_support=1, first=3)
    about = arcadedb.await_(export(arcadedb.store, asked)).about
    bears, dogs = (arcadedb.await_(chosen_classes(arcadedb.store, MODEL, group, None)) for group in ("bear", "canine"))
    found = arcadedb.await_(mine(arcadedb.store, Question(MODEL, bears, "MAXIMAL", 1, dogs)))
    expected = [
        (each.motif.support, each.contrast.table.outside, each.contrast.q) for each in found[:3] if each.contrast
    ]
    assert [(m["support"], m["support_against"], m["q_value"]) for m in about["motifs"]] == expected and expected
    assert (about["against"], about["against_classes"], about["classes"]) == ("canine", dogs, bears)


def test_a_comparison_says_how_its_graphs_were_cut_where_only_the_model_knows(arcadedb: Database) -> None:
    about = arcadedb.await_(export(arcadedb.store, Request(MODEL, classes=[294, 295]))).about
    assert about["threshold"] == 7.5 and "damping" not in about
