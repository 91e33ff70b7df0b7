"""What single channels do to a class, and what separates two classes: worked out by hand on the sample."""

from tests.conftest import Database


def test_effects_are_ranked_and_signed(database: Database) -> None:
    rows = database.ask("class_effects", {"class": "sample/0", "limit": 10})
    assert [(row["channel"], row["drop"], row["low"], row["high"]) for row in rows] == [
        ("sample/middle/0", 2.5, 2.25, 2.75),
        ("sample/bottom/0", 1.5, 1.0, 2.0),
        ("sample/middle/1", -0.5, -1.0, 0.0),
    ]
    assert all((row["pictures"], row["seed"]) == (8, 0) for row in rows)
    assert len(database.ask("class_effects", {"class": "sample/0", "limit": 1})) == 1


def test_what_separates_two_classes_is_ranked_by_the_difference(database: Database) -> None:
    rows = database.ask("effects_between", {"class": "sample/0", "other": "sample/1", "limit": 10})
    assert [(row["channel"], row["drop"], row["other_drop"], row["difference"]) for row in rows] == [
        ("sample/middle/1", -0.5, 2.0, -2.5),
        ("sample/bottom/0", 1.5, -0.25, 1.75),
    ]
    assert (rows[0]["low"], rows[0]["high"], rows[0]["other_low"], rows[0]["other_high"]) == (-1.0, 0.0, None, None)
    assert all((row["pictures"], row["other_pictures"]) == (8, 8) for row in rows)
    turned = database.ask("effects_between", {"class": "sample/1", "other": "sample/0", "limit": 10})
    assert [row["difference"] for row in turned] == [2.5, -1.75]
