"""Synthesised pictures as the service finds them in the folder of a run."""

import json
from pathlib import Path

import pytest

from graphql_api.synthesised import (
    FAILED,
    NONE,
    NOT_MADE,
    READY,
    diverse_urls,
    made_state,
    mean_url,
    remedy_for,
    synthesised_file,
)
from ingest.pictures.folder import write_measured, write_picture
from queries.pictures import run_pictures, synthesised_folder

CHANNEL = "My Photos #1?/features.0/7"


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """The folder of a run's pictures, with nothing in it."""
    run = tmp_path / "my run"
    run.mkdir()
    (run / "manifest.json").write_text("{}")
    return run_pictures(run)


def keep(pictures: Path, passed: bool, *kinds: str) -> None:
    folder = synthesised_folder(pictures, "features.0")
    rows = {kind: {"file": write_picture(folder, 7, kind, kind.encode())} for kind in kinds}
    write_measured(folder, 7, {"passed": passed, "pictures": rows})


def test_a_picture_is_not_made_then_ready_at_an_address_with_its_hash(pictures: Path) -> None:
    assert made_state(pictures, CHANNEL) == NOT_MADE
    assert mean_url(pictures, CHANNEL) is None
    named = f"summit visualize '{pictures.parent}'"
    assert remedy_for(pictures, NOT_MADE, in_graphs=True) == named
    assert remedy_for(pictures, NOT_MADE, in_graphs=False) == f"{named} --all"

    keep(pictures, True, "mean", "diverse-1", "diverse-0")
    assert made_state(pictures, CHANNEL) == READY
    assert remedy_for(pictures, READY, in_graphs=True) is None
    url = mean_url(pictures, CHANNEL)
    assert url is not None and url.startswith("/pictures/My%20Photos%20%231%3F/features.0/7/mean.")
    kind = url.rpartition("/")[2].removesuffix(".jpg")
    file = synthesised_file(pictures, "features.0", "7", kind)
    assert file is not None and file.read_bytes() == b"mean"
    assert [each.rpartition("/")[2].split(".")[0] for each in diverse_urls(pictures, CHANNEL)] == [
        "diverse-0",
        "diverse-1",
    ]
    assert made_state(pictures, "My Photos #1?/features.0/77") == NOT_MADE


def test_a_picture_that_does_not_rank_its_channel_first_says_so(pictures: Path) -> None:
    keep(pictures, False, "mean")
    assert made_state(pictures, CHANNEL) == FAILED
    assert mean_url(pictures, CHANNEL) is not None


def test_pictures_of_a_run_that_is_gone_are_missing_with_the_reason(pictures: Path) -> None:
    (pictures.parent / "manifest.json").unlink()
    pictures.parent.rmdir()
    assert made_state(pictures, CHANNEL) == NONE
    assert f"the run {pictures.parent} is gone" in (remedy_for(pictures, NONE, in_graphs=True) or "")


@pytest.mark.parametrize(
    "index, kind", [("7", "channel"), ("7", "mean"), ("../7", "mean.0123456789abcdef"), ("7", "mean.x")]
)
def test_other_addresses_lead_nowhere(pictures: Path, index: str, kind: str) -> None:
    assert synthesised_file(pictures, "features.0", index, kind) is None


def test_a_record_that_is_damaged_hides_no_picture(pictures: Path) -> None:
    keep(pictures, True, "mean")
    file = synthesised_folder(pictures, "features.0") / "7.json"
    file.write_text(json.dumps([1]))
    assert made_state(pictures, CHANNEL) == READY
