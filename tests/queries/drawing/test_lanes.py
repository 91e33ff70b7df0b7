"""Lanes: laws that hold for any layered graph, and the cases that the page is held to as well."""

import json
import random
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from queries.drawing.lanes import Grid, find_lanes, nearest, seat_lanes
from queries.drawing.order import Edge
from queries.drawing.scene import Layer, Link, Node, make_scene
from queries.drawing.svg import draw

CASES = Path(__file__).with_name("lanes.json")  # `python -m tests.queries.drawing.test_lanes` writes it


def made_case(seed: int) -> dict[str, Any]:
    """Rows of a network some of whose channels are handed on."""
    chance = random.Random(f"lanes {seed}")
    rows = [[f"{row}/{k}" for k in sorted(chance.sample(range(12), chance.randint(1, 8)))] for row in range(5)]
    links: list[Edge] = []
    hops: list[Edge] = []
    for row, (low, high) in enumerate(pairwise(rows)):
        for source in low:
            for target in high:
                is_same = source.split("/")[1] == target.split("/")[1] and row != 2  # no skip from the third row
                if is_same or chance.random() < 0.3:
                    link = (source, target, float(chance.randint(1, 50)))
                    links.append(link)
                    hops += [link] if is_same else []
    return {"rows": rows, "links": links, "hops": hops}


def seated(case: dict[str, Any]) -> dict[str, Any]:
    """What both programs must make of it."""
    rows = case["rows"]
    links, hops = [[tuple(each) for each in case[name]] for name in ("links", "hops")]
    lanes = find_lanes(rows, hops)
    columns = []
    for lowest, highest in lanes.stages:
        here, count = rows[lowest : highest + 1], max(map(len, rows[lowest : highest + 1]))
        around = rows[max(0, lowest - 1) : lowest] + rows[highest + 1 : highest + 2]
        wishes, outside = (
            {id: (count - len(row)) / 2 + k for row in some for k, id in enumerate(row)} for some in (here, around)
        )
        columns.append(seat_lanes(Grid(here, lanes.of, count, wishes, outside), links))
    return {"lanes": dict(lanes.of), "stages": [list(stage) for stage in lanes.stages], "columns": columns}


@pytest.mark.parametrize("seed", range(20))
def test_a_lane_has_one_column_in_rows_that_follow_one_another_and_no_two_channels_share_a_place(seed: int) -> None:
    case = made_case(seed)
    found = seated(case)
    lane, at = found["lanes"], {id: column for each in found["columns"] for id, column in each.items()}
    assert {source for source, _, _ in case["hops"]} <= set(lane), (
        "each source has one way on here, and each target one"
    )
    for source, target, _ in case["hops"]:
        assert lane[source] == lane[target] and at[source] == at[target]
    for (lowest, highest), columns in zip(found["stages"], found["columns"], strict=True):
        rows = case["rows"][lowest : highest + 1]
        assert sorted(columns) == sorted(id for row in rows for id in row)
        for row in rows:
            places = [columns[id] for id in row]
            assert len(set(places)) == len(row) and min(places) >= 0 and max(places) < max(map(len, rows))


def test_the_page_seats_the_same_cases_alike() -> None:
    """web/src/layout/lanes.test.ts reads the same file."""
    kept = json.loads(CASES.read_text())
    assert len(kept) == 12
    for seed, case in enumerate(kept):
        asked = {name: case[name] for name in ("rows", "links", "hops")}
        assert asked == json.loads(json.dumps(made_case(seed)))
        assert {name: case[name] for name in ("lanes", "stages", "columns")} == seated(asked)


def test_free_columns_are_chosen_in_order_and_near() -> None:
    assert nearest([0.2, 0.4, 3.0], [0, 1, 2, 3]) == [0, 1, 3]
    assert nearest([3.0, 3.0], [0, 1, 4]) == [1, 4]
    assert nearest([], [1]) == []


def residual() -> tuple[list[Layer], list[Node], list[Link]]:
    layers = [Layer(name, "") for name in ("low", "middle", "top")]
    held = {"low": (1, 7), "middle": (0, 3, 7), "top": (7, 9)}
    nodes = [Node(f"m/{layer}/{k}", layer, k, 0.5, "") for layer, indexes in held.items() for k in indexes]
    links = [
        Link("m/low/7", "m/middle/7", 0.5, "handed on", kind="BOTH"),
        Link("m/middle/7", "m/top/7", 0.5, "handed on", kind="SKIP"),
        Link("m/low/1", "m/middle/0", 0.5, "new", kind="CONVOLUTION"),
        Link("m/middle/3", "m/top/9", 0.5, "new", kind="CONVOLUTION"),
    ]
    return layers, nodes, links


def test_a_channel_that_is_handed_on_stands_in_one_column_on_a_ground_of_its_own() -> None:
    scene = make_scene(*residual())
    x = {seat.node.id: seat.x for seat in scene.seats}
    assert len({x[f"m/{layer}/7"] for layer in ("low", "middle", "top")}) == 1
    (lane,) = scene.lanes
    inside = [seat for seat in scene.seats if lane.left < seat.x < lane.left + lane.width]
    assert {seat.node.index for seat in inside} == {7}
    assert all(lane.top < seat.y - seat.side and seat.y < lane.top + lane.height for seat in inside)


def test_beads_mark_what_is_handed_on_and_a_legend_tells_them() -> None:
    text = draw(make_scene(*residual()), "ox", "")
    assert text.count('class="plain beads"') == 2 + 2  # two edges, and both of their kinds in the legend
    assert all(word in text for word in (">convolution<", ">skip<", ">skip and convolution<"))
    layers, nodes, links = residual()
    unknown = [Link(link.source, link.target, link.share, link.about) for link in links]
    plain = draw(make_scene(layers, nodes, unknown), "ox", "")
    assert 'class="plain beads"' not in plain and ">convolution<" not in plain and 'class="lane"' not in plain


if __name__ == "__main__":
    made = [made_case(seed) for seed in range(12)]
    CASES.write_text(json.dumps([case | seated(case) for case in made]) + "\n")
