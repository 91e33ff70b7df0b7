"""A run over a table or shards has the counts of a run over folders, and is resumed, sampled and illustrated alike."""

from dataclasses import replace
from pathlib import Path

import pytest

from ingest.count.pipeline import count_pictures
from ingest.count.settings import Settings
from ingest.images.listing import list_class_folders
from ingest.pictures.patches.make import make_patches
from ingest.run.files import class_indexes, read_class_row, read_table
from ingest.run.read import RunReader
from queries.progress import ignore_progress
from tests.ingest.count.test_pipeline import images, settings
from tests.ingest.images import test_sources

__all__ = ["images", "settings"]  # fixtures


def counts(run: Path) -> dict[str, object]:
    """A and I of each folder."""
    return {
        read_class_row(run, index)["folder"]: [
            read_table(run, index, name).to_pydict() for name in ("activations", "influences")
        ]
        for index in class_indexes(run)
    }


@pytest.mark.parametrize("kind", test_sources.KINDS)
def test_packed_pictures_count_as_those_in_folders(
    settings: Settings, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(test_sources, "NAMES", sorted(list_class_folders(settings.images).classes))
    (tmp_path / "packed").mkdir()
    packed = test_sources.KINDS[kind](settings.images, tmp_path / "packed")
    sample = replace(settings, images=packed, run=tmp_path / "run of packed", limit=3)
    assert count_pictures(sample).pictures == 9
    assert count_pictures(replace(sample, limit=None, workers=1)).pictures == 17

    count_pictures(settings)
    assert counts(sample.run) == counts(settings.run)
    assert count_pictures(replace(sample, limit=None)).counted == 0
    run = RunReader(sample.run)
    assert run.covers(packed)
    made = [make_patches(each, {}, ignore_progress, show_again=False) for each in (run, RunReader(settings.run))]
    assert made[0] == made[1] and made[0].patches > 0
