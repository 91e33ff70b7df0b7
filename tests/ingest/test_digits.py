from pathlib import Path

from ingest.count.pipeline import count_pictures
from ingest.digits import make_digits
from ingest.run.files import class_indexes, read_class_row, read_manifest


def test_the_demonstration_is_trained_and_counted(tmp_path: Path) -> None:
    heard: list[str] = []
    settings = make_digits(tmp_path, heard.append)
    assert heard[0] == "writing 1797 pictures of digits"
    summary = count_pictures(settings)
    assert summary.pictures == 597 and summary.counted == 10 and not summary.skipped
    assert summary.top1_accuracy is not None and summary.top1_accuracy > 0.93
    run = settings.run
    assert [layer["name"] for layer in read_manifest(run)["identity"]["layers"]] == [f"mixed{at}" for at in range(1, 6)]
    assert [read_class_row(run, index)["name"] for index in class_indexes(run)] == [f"digit {at}" for at in range(10)]
    assert make_digits(tmp_path) == settings  # what is there is kept
