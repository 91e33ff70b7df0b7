"""The printed reference shows what an example answers, and hides only what differs between data directories."""

import pytest

from queries.ask.reference import cell


@pytest.mark.parametrize(
    "query, column, value, shown",
    [
        ("class_subsets", "pictures", 10, "10"),
        ("subset_graph", "pictures", 10, "10"),
        ("class_effects", "pictures", 8, "8"),
        ("models", "pictures", "/home/somebody/pictures", "..."),
        ("picture_folder", "pictures", "/home/somebody/pictures", "..."),
        ("models", "created", "2026-01-31T12:00:00+00:00", "..."),
    ],
)
def test_a_column_is_hidden_where_it_is_own_to_a_loading(query: str, column: str, value: object, shown: str) -> None:
    assert cell(query, column, value) == shown
