"""Patches as the service reads them: from a layer's record, read once, and by addresses that bear a hash."""

import asyncio
import json
import os
import shlex
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

from graphql_api.context import Context
from graphql_api.fields.pictures import Pictures
from graphql_api.patches import channel_patches, hashed_file, is_of_older_graph, patch_url, patches_command, whole_url
from queries.graphs.stored import read_graph
from queries.patches import ChannelPatches, Patch, patches_as_json, patches_record
from queries.records import class_id
from tests.conftest import Database

HASH = "0123456789abcdef"


def patch(rank: int, image_class: int, peak: float) -> Patch:
    return Patch(f"7-{rank}.{HASH}.jpg", image_class, peak, "cat/1.jpg", HASH, 1, 2, 8)


def write(folder: Path, *most: Patch, others: tuple[Patch, ...] = (), layer: str = "features.0") -> Path:
    record = patches_record(folder, layer)
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_text(patches_as_json("x", 8, {7: ChannelPatches(most, others)}, {3: [7], 4: []}))
    return record


def test_patches_of_a_class_come_first_and_its_own_only_when_asked_for(tmp_path: Path) -> None:
    most, others = (patch(0, 3, 9.5), patch(1, 4, 8), patch(2, 3, 7)), (patch(3, 4, 2), patch(4, 5, 1))
    write(tmp_path, *most, others=others)
    found = channel_patches(tmp_path, "features.0", 7)
    assert found.of_class(None) == list(most)
    assert [each.file for each in found.of_class(4)] == [each.file for each in (most[1], others[0], most[0], most[2])]
    assert found.of_class(9) == list(most)
    assert channel_patches(tmp_path, "features.0", 8).of_class(None) == []
    assert channel_patches(tmp_path, "features.1", 7).of_class(None) == []


def test_a_record_is_read_once_and_again_when_it_changes(tmp_path: Path) -> None:
    record = write(tmp_path, patch(0, 3, 9))
    assert channel_patches(tmp_path, "features.0", 7) is channel_patches(tmp_path, "features.0", 7)
    write(tmp_path, patch(0, 5, 9))
    os.utime(record, ns=(1, 1))
    assert channel_patches(tmp_path, "features.0", 7).most[0].image_class == 5
    record.unlink()
    assert channel_patches(tmp_path, "features.0", 7).most == ()


def test_a_class_whose_graph_had_not_the_channel_when_patches_were_made_is_known(tmp_path: Path) -> None:
    record = write(tmp_path, patch(0, 3, 9))
    assert not is_of_older_graph(tmp_path, "features.0", 7, 3)
    assert is_of_older_graph(tmp_path, "features.0", 8, 3) and is_of_older_graph(tmp_path, "features.0", 7, 4)
    assert not is_of_older_graph(tmp_path, "features.0", 7, 5), "the class is of another run"
    assert not is_of_older_graph(tmp_path, "features.1", 7, 4), "no patches at all"
    record.write_text(json.dumps({"channels": {}}))
    os.utime(record, ns=(1, 1))
    assert not is_of_older_graph(tmp_path, "features.0", 7, 4), "an earlier version does not say"


def test_the_command_that_makes_patches_names_the_folder_of_the_run_and_the_model(tmp_path: Path) -> None:
    run, model = tmp_path / "my run", "Tom's cats"
    (run / "pictures").mkdir(parents=True)
    assert patches_command(run / "pictures", model) is None
    (run / "manifest.json").write_text("{}")
    named = shlex.split(patches_command(run / "pictures", model) or "")
    assert named == ["summit", "patches", str(run), "--model", model]
    assert patches_command(tmp_path / "feature-vis", model) is None


def test_addresses_lead_back_to_the_files_and_nothing_else_does(tmp_path: Path) -> None:
    channel, one = "my model/features.0/7", patch(12, 3, 9)
    assert patch_url(channel, one) == f"/pictures/my%20model/features.0/7/patch-12.{HASH}.jpg"
    assert whole_url(channel, one) == f"/pictures/my%20model/features.0/whole/{HASH}.jpg"
    here = tmp_path / "patches" / "features.0" / f"7-12.{HASH}.jpg"
    assert hashed_file(tmp_path, "features.0", "7", f"patch-12.{HASH}") == here
    assert hashed_file(tmp_path, "features.0", "whole", HASH) == tmp_path / "whole" / f"{HASH}.jpg"
    for index, kind in (
        ("7", "channel"),
        ("x", f"patch-12.{HASH}"),
        ("7", "patch-1.0123"),
        ("whole", "../7"),
        ("7", HASH),
    ):
        assert hashed_file(tmp_path, "features.0", index, kind) is None


def test_the_command_is_named_for_a_class_whose_graph_got_the_channel_after_patches_were_made(
    arcadedb: Database, tmp_path: Path
) -> None:
    model = "sample"
    rows, _, _ = arcadedb.await_(read_graph(arcadedb.store, class_id(model, 0)))
    _, layer, index = rows[0]["channel"].rsplit("/", 2)
    folder = tmp_path / "trial" / "pictures"
    record = patches_record(folder, layer)
    record.parent.mkdir(parents=True)
    (tmp_path / "trial" / "manifest.json").write_text("{}")
    made = {each: ChannelPatches((patch(0, 3, 9),), ()) for each in (int(index), *range(900, 920))}
    info: Any = SimpleNamespace(context=Context.over(arcadedb.store, None, None))  # type: ignore[arg-type]

    named = f"summit patches {shlex.quote(str(tmp_path / 'trial'))} --model sample"

    def remedy(image_class: int | None, members: dict[int, list[int]]) -> str | None:
        record.write_text(patches_as_json("x", 8, made, members))
        os.utime(record, ns=(len(members), 1))
        found: str | None = arcadedb.await_(
            Pictures(folder=folder, channel=rows[0]["channel"]).patches_remedy(info, image_class)
        )
        return found

    assert remedy(None, {}) is None
    assert remedy(0, {}) is None, "the class is of another run"
    assert remedy(0, {0: [int(index)]}) is None
    assert remedy(0, {0: [], 1: []}) == named
    others = [Pictures(folder=folder, channel=f"{model}/{layer}/{each}") for each in range(900, 920)]

    async def ask() -> list[str | None]:
        return list[str | None](await asyncio.gather(*(each.patches_remedy(info, 0) for each in others)))

    with mock.patch("graphql_api.context.MOST_QUERIES", 10):  # of one request: the class's graphs are read once
        assert arcadedb.await_(ask()) == [None] * len(others), "in no graph"
