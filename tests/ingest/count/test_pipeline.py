import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from ingest.count.batch import count_batch
from ingest.count.pipeline import ClassDone, News, Note, count_pictures
from ingest.count.rules import Rules
from ingest.count.settings import Settings
from ingest.errors import NetworkRefused
from ingest.images.listing import LeftOut
from ingest.network.preprocess import Adjustments, Preprocessing
from ingest.run.describe import describe_run
from ingest.run.files import class_indexes, read_class_row, read_manifest, read_table
from ingest.run.read import RunReader
from queries.errors import DataError, QueryError
from tests.ingest.networks import Branches

ROOT = Path(__file__).parents[3]
SIDE = 16


def small() -> nn.Module:
    """The tiny network as a user's own: three outputs, named."""
    torch.manual_seed(5)
    module = Branches()
    module.head = nn.Linear(9, 3)
    module.preprocessing = Preprocessing(SIDE, SIDE, "bilinear", (0.5, 0.5, 0.5), (0.5, 0.5, 0.5))  # type: ignore[assignment]
    module.class_names = ("cat", "big dog", "fish")  # type: ignore[assignment]
    return module


@pytest.fixture(scope="session")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_images(tmp_path_factory.mktemp("images"))


def write_images(root: Path) -> Path:
    """Three classes of 11, 9 and 6 pictures; "stranger" matches no output of the network."""
    generator = torch.Generator().manual_seed(2)
    for folder, count in (("cat", 11), ("Big_Dog", 9), ("stranger", 6)):
        (root / folder).mkdir()
        for at in range(count):
            pixels = torch.randint(0, 256, (20 + at, 24, 3), dtype=torch.uint8, generator=generator)
            Image.fromarray(pixels.numpy()).save(root / folder / f"{at:02d}.png")
    return root


@pytest.fixture
def settings(images: Path, tmp_path: Path) -> Settings:
    return Settings(
        network="tests.ingest.count.test_pipeline:small",
        images=images,
        run=tmp_path / "run",
        layers=("stem", "mixed", "first"),
        device="cpu",
        batch=4,
    )


def files(run: Path) -> dict[str, bytes]:
    """Everything counted, byte for byte."""
    return {path.relative_to(run).as_posix(): path.read_bytes() for path in sorted(run.glob("classes/*/*"))}


def test_a_run_has_every_class_with_its_graph_and_its_statistics(settings: Settings) -> None:
    heard: list[News] = []
    summary = count_pictures(settings, heard.append)

    assert (summary.counted, summary.kept, summary.pictures, summary.skipped) == (3, 0, 26, ())
    coverage, note = (str(news) for news in heard if isinstance(news, Note))
    assert coverage.startswith("3 layers, stem to first: 4 of 5 convolutions (80 %)")
    assert note.startswith(
        "no output of the network matches 1 of 3 folders (stranger): such a class gets a graph, but no accuracy"
    )
    done = [str(news) for news in heard if isinstance(news, ClassDone)]
    assert done == ["cat (1 of 3): 11 pictures", "big dog (2 of 3): 9 pictures", "stranger (3 of 3): 6 pictures"]
    run = settings.run
    assert class_indexes(run) == [0, 1, 3]
    assert read_manifest(run)["finished"] and read_manifest(run)["images"] == 26
    assert describe_run(run).coverage == [coverage]
    about = read_class_row(run, 1)
    assert (about["folder"], about["output"], about["images"]) == ("Big_Dog", 1, 9)
    assert sum(about["truth_histogram"]) == sum(about["top_histogram"]) == sum(about["confused_images"]) == 9
    assert read_class_row(run, 3)["correct"] is None and read_class_row(run, 3)["truth_histogram"] == []
    counts = read_table(run, 0, "activations").to_pylist()
    assert {row["layer"] for row in counts} == {"stem", "mixed", "first"}
    assert all(0 < row["count"] <= 11 for row in counts)
    edges = read_table(run, 0, "influences").to_pylist()
    assert {row["layer"] for row in edges} == {"mixed", "first"}
    assert all(0 < row["weight"] <= 11 for row in edges)


def test_counts_do_not_depend_on_batch_workers_processes_or_threads(settings: Settings, tmp_path: Path) -> None:
    count_pictures(settings)
    truth = files(settings.run)
    for name, other in {
        "one": replace(settings, batch=1),
        "seven": replace(settings, batch=7),
        "many": replace(settings, batch=64),
        "workers": replace(settings, workers=2),
        "processes": replace(settings, processes=2),
        "workers of processes": replace(settings, processes=2, workers=1),
    }.items():
        count_pictures(replace(other, run=tmp_path / name))
        assert files(tmp_path / name) == truth, name
    threads = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        count_pictures(replace(settings, run=tmp_path / "threads"))
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(threads)
    assert files(tmp_path / "threads") == truth


def test_torchrun_with_two_ranks_gives_the_same_bytes(settings: Settings, tmp_path: Path) -> None:
    count_pictures(settings)
    script = tmp_path / "each_rank.py"
    script.write_text(
        "import sys; from pathlib import Path\n"
        "from ingest.count.pipeline import count_pictures; from ingest.count.settings import Settings\n"
        "done = lambda news: print(news) if type(news).__name__ == 'ClassDone' else None\n"
        "count_pictures(Settings('tests.ingest.count.test_pipeline:small', Path(sys.argv[1]), Path(sys.argv[2]),\n"
        "    layers=('stem', 'mixed', 'first'), device='cpu', batch=4), done)\n"
    )
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2", str(script)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "GLOO_SOCKET_IFNAME": "lo"}
    done = subprocess.run(
        [*command, str(settings.images), str(tmp_path / "two")],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "cat (1 of 3): 11 pictures"
    assert files(tmp_path / "two") == files(settings.run)


def test_an_interrupted_run_resumes_where_it_stopped(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count_pictures(settings)
    broken = replace(settings, run=tmp_path / "broken")
    count, calls = count_batch, []

    def until_the_fifth(*args: object) -> object:
        calls.append(args)
        if len(calls) == 5:
            raise KeyboardInterrupt
        return count(*args)  # type: ignore[arg-type]

    monkeypatch.setattr("ingest.count.pipeline.count_batch", until_the_fifth)
    with pytest.raises(KeyboardInterrupt):
        count_pictures(broken)
    assert class_indexes(broken.run) == [0] and not read_manifest(broken.run)["finished"]
    (broken.run / "classes" / ".00001-77").mkdir()  # what a process killed while writing leaves behind
    (broken.run / "classes" / ".DS_Store").write_bytes(b"of a Mac")
    (broken.run / "parts" / "._00001-77-0").mkdir(parents=True)
    monkeypatch.undo()

    summary = count_pictures(broken)
    assert (summary.counted, summary.kept) == (2, 1)
    assert files(broken.run) == files(settings.run)
    assert [path.name for path in broken.run.glob("*/.*")] == [".DS_Store", "._00001-77-0"], "what is not ours stays"
    assert count_pictures(broken).counted == 0
    assert files(broken.run) == files(settings.run)


def test_a_run_is_not_resumed_with_other_settings_or_other_pictures(settings: Settings) -> None:
    only = replace(settings, classes=("cat",))
    count_pictures(only)
    with pytest.raises(DataError, match="rules"):
        count_pictures(replace(only, rules=Rules(influence_top=3)))
    with pytest.raises(DataError, match=r"oriented: false then, true now"):
        count_pictures(replace(only, oriented=True))


def test_a_picture_edited_in_place_is_noticed_though_size_and_times_are_equal(
    settings: Settings, tmp_path: Path
) -> None:
    images = shutil.copytree(settings.images, tmp_path / "images")
    for name in ("03", "04"):
        Image.new("RGB", (8, 8), "red").save(images / "cat" / f"{name}.bmp")
    count_pictures(replace(settings, images=images))
    edited = images / "cat" / "03.bmp"
    about = edited.stat()
    edited.write_bytes(edited.read_bytes()[:-1] + b"\7")
    os.utime(edited, ns=(about.st_atime_ns, about.st_mtime_ns))
    assert edited.stat().st_size == about.st_size
    with pytest.raises(
        DataError, match=r"cat/03\.bmp has changed since it was counted \(1 changed picture of cat\); delete"
    ):
        count_pictures(replace(settings, images=images))
    shutil.rmtree(settings.run / "classes" / "00000")  # the remedy
    assert count_pictures(replace(settings, images=images)).counted == 1


def test_a_run_is_extended_by_pictures_and_classes_as_if_counted_at_once(settings: Settings, tmp_path: Path) -> None:
    settings = replace(settings, keep_votes=True)  # without them, replicates end where pictures are added
    count_pictures(settings)
    images = tmp_path / "images"
    for name in ("cat/01.png", "cat/05.png", "stranger/02.png"):
        (images / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(settings.images / name, images / name)
    growing = replace(settings, images=images, run=tmp_path / "growing")
    assert count_pictures(growing).pictures == 3
    shutil.copytree(settings.images, images, dirs_exist_ok=True)
    summary = count_pictures(growing)
    assert (summary.counted, summary.kept, summary.pictures) == (3, 0, 23)
    assert files(growing.run) == files(settings.run)
    assert read_manifest(growing.run)["classes"] == read_manifest(settings.run)["classes"]
    assert count_pictures(growing).counted == 0


def test_a_new_folder_gets_a_new_index_and_the_others_keep_theirs(settings: Settings, tmp_path: Path) -> None:
    images = shutil.copytree(settings.images, tmp_path / "images")
    count_pictures(replace(settings, images=images))
    before = files(settings.run)
    shutil.copytree(images / "stranger", images / "aardvark")  # its name comes before "stranger"
    assert count_pictures(replace(settings, images=images)).counted == 1
    assert {name: content for name, content in files(settings.run).items() if "00004" not in name} == before
    assert read_class_row(settings.run, 4)["folder"] == "aardvark"


def test_pictures_from_another_folder_are_added_and_the_first_ones_stay(settings: Settings, tmp_path: Path) -> None:
    count_pictures(settings)
    (tmp_path / "more" / "cat").mkdir(parents=True)
    Image.effect_noise((30, 30), 80).save(tmp_path / "more" / "cat" / "new.png")
    heard: list[News] = []
    count_pictures(replace(settings, images=tmp_path / "more"), heard.append)
    assert read_class_row(settings.run, 0)["images"] == 12
    _, note = (str(news) for news in heard if isinstance(news, Note))
    assert note.startswith("cat: kept in the counts, though no longer listed: 11 pictures (cat/00.png, ")
    assert [source["images"] for source in read_manifest(settings.run)["sources"]] == [
        str(settings.images),
        str(tmp_path / "more"),
    ]


def test_a_killed_class_goes_on_from_what_was_saved(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count_pictures(settings)
    broken = replace(settings, run=tmp_path / "broken", classes=("cat",))
    count, seen = count_batch, list[str]()

    def until_the_third(*args: Any) -> object:
        seen.extend(picture.name for _, picture in args[2])
        if len(seen) == 11:
            raise KeyboardInterrupt
        return count(*args)

    monkeypatch.setattr("ingest.count.pipeline.count_batch", until_the_third)
    monkeypatch.setattr("ingest.count.stored.saved.SAVED_EVERY", 0.0)
    with pytest.raises(KeyboardInterrupt):
        count_pictures(broken)
    assert class_indexes(broken.run) == []
    assert len(list((broken.run / "parts").iterdir())) == 2
    monkeypatch.undo()

    summary = count_pictures(broken)
    assert (summary.pictures, summary.counted) == (3, 1)
    assert list((broken.run / "parts").iterdir()) == []
    count_pictures(replace(broken, classes=()))
    assert files(broken.run) == files(settings.run)


def test_parts_of_a_picture_that_changed_are_counted_again(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = shutil.copytree(settings.images, tmp_path / "images")
    changing = replace(settings, images=images, classes=("cat",))
    monkeypatch.setattr("ingest.count.stored.saved.SAVED_EVERY", 0.0)
    monkeypatch.setattr("ingest.count.pipeline.class_files", None)  # fails when the class is to be written
    with pytest.raises(TypeError):
        count_pictures(changing)
    monkeypatch.undo()
    Image.effect_noise((30, 30), 80).save(images / "cat" / "00.png")
    assert count_pictures(changing).pictures == 4  # of the first part; the two others are kept
    count_pictures(replace(changing, run=tmp_path / "at once"))
    assert files(settings.run) == files(tmp_path / "at once")


def test_a_class_that_was_being_replaced_is_put_back(settings: Settings) -> None:
    count_pictures(settings)
    before, folder = files(settings.run), settings.run / "classes" / "00001"
    folder.rename(folder.with_name(".00001-replaced"))
    assert count_pictures(settings).counted == 0
    assert files(settings.run) == before


def test_a_run_of_an_earlier_version_is_not_continued(settings: Settings) -> None:
    count_pictures(settings)
    manifest = settings.run / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "format": 1}))
    with pytest.raises(DataError, match="was counted by an earlier version, which kept too little to continue it"):
        count_pictures(settings)


def test_folders_in_order_are_the_outputs(settings: Settings, tmp_path: Path) -> None:
    images = shutil.copytree(settings.images, tmp_path / "images")
    shutil.move(images / "Big_Dog", images / "dachshund")  # no name of an output
    count_pictures(replace(settings, images=images, mapping="sorted"))
    found = [read_class_row(settings.run, index) for index in class_indexes(settings.run)]
    assert [(row["folder"], row["output"]) for row in found] == [("cat", 0), ("dachshund", 1), ("stranger", 2)]


@pytest.mark.parametrize("index", [3, 7])
def test_a_class_list_of_another_network_is_refused(settings: Settings, tmp_path: Path, index: int) -> None:
    listed = tmp_path / "classes.tsv"
    listed.write_text(f"index\twnid\tname\n0\t\tcat\n{index}\t\tstranger\n")
    with pytest.raises(
        DataError, match=rf"classes\.tsv names 1 output .*\({index} \(stranger\)\); it has 3, from 0 to 2"
    ):
        count_pictures(replace(settings, class_list=listed))


def test_a_folder_whose_name_is_not_utf8_is_counted(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "images" / os.fsdecode(b"caf\xe9")
    shutil.copytree(settings.images / "cat", folder)
    (folder / "00.png").rename(folder / os.fsdecode(b"\xff.png"))
    count_pictures(replace(settings, images=tmp_path / "images"))
    row = read_class_row(settings.run, class_indexes(settings.run)[0])
    assert (row["folder"], row["images"]) == ("caf\\xe9", 11)
    assert RunReader(settings.run).covers(tmp_path / "images")


def test_the_vote_log_counts_the_class_again(settings: Settings) -> None:
    count_pictures(replace(settings, keep_votes=True))
    run = settings.run
    votes = read_table(run, 0, "votes")
    assert votes.column("picture").to_pylist() == list(range(11))
    peaks = torch.tensor(votes.column("peaks").to_pylist())
    assert peaks.shape == (11, 6 + 9 + 9)
    winners = torch.tensor(votes.column("winners").to_pylist())[:, : 4 * 5].view(11, 4, 5)  # hop 0: direct, 4 targets
    expected = torch.zeros(4, 6, dtype=torch.int64)
    for row in read_table(run, 0, "influences").to_pylist():
        if row["layer"] == "mixed" and row["target"] < 4:
            expected[row["target"], row["source"]] = row["weight"]
    found = torch.stack([(winners == source).sum((0, 2)) for source in range(6)], dim=1)
    assert torch.equal(found, expected)


def test_excluded_channels_are_neither_counted_nor_sources(settings: Settings) -> None:
    count_pictures(replace(settings, exclude=("stem/2", "mixed/0")))
    run = settings.run
    for index in class_indexes(run):
        assert not [
            r
            for r in read_table(run, index, "activations").to_pylist()
            if (r["layer"], r["channel"]) in {("stem", 2), ("mixed", 0)}
        ]
        edges = read_table(run, index, "influences").to_pylist()
        assert not [r for r in edges if (r["layer"], r["source"]) in {("mixed", 2), ("first", 0)}]


@pytest.mark.parametrize("name", ["stem/6", "stem", "elsewhere/1", "stem/x"])
def test_an_excluded_channel_must_exist(settings: Settings, name: str) -> None:
    with pytest.raises(QueryError, match="no such channel"):
        count_pictures(replace(settings, exclude=(name,)))


def test_limit_and_classes_select_pictures(settings: Settings) -> None:
    summary = count_pictures(replace(settings, limit=2, classes=("cat", "stranger")))
    assert summary.pictures == 4 and class_indexes(settings.run) == [0, 3]
    sample = read_table(settings.run, 0, "pictures")["path"].to_pylist()
    assert count_pictures(replace(settings, limit=4, classes=("cat",))).pictures == 2  # a larger sample
    assert set(sample) < set(read_table(settings.run, 0, "pictures")["path"].to_pylist())
    with pytest.raises(QueryError, match="both --limit and --first"):
        replace(settings, limit=1, first=1)
    with pytest.raises(QueryError, match="no such folders"):
        count_pictures(replace(settings, classes=("dog",)))


def test_a_folder_without_pictures_is_known_to_mappings_and_said_to_have_none(
    settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "images" / "empty").mkdir(parents=True)
    shutil.copytree(settings.images / "cat", tmp_path / "images" / "cat")
    (tmp_path / "map.tsv").write_text("folder\tclass\nempty\t2\n")
    mapped = replace(settings, images=tmp_path / "images", mapping=tmp_path / "map.tsv")
    with pytest.raises(QueryError, match=r"--classes \['empty'\]: no pictures in these folders of .*images"):
        count_pictures(replace(mapped, classes=("cat", "empty")))
    assert count_pictures(replace(mapped, first=1)).pictures == 1


def test_a_run_is_not_resumed_without_the_lists_that_matched_its_folders(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "map.tsv").write_text("folder\tclass\nstranger\t2\n")
    (tmp_path / "list.tsv").write_text(
        "index\twnid\tname\n0\tn00000001\tcat\n1\tn00000002\tbig dog\n2\tn00000003\tfish\n"
    )
    matched = replace(settings, mapping=tmp_path / "map.tsv", class_list=tmp_path / "list.tsv", first=2)
    count_pictures(matched)
    before, outputs = files(settings.run), read_manifest(settings.run)["outputs"]
    without = replace(matched, mapping=None, class_list=None, first=None)
    with pytest.raises(DataError, match=r"stranger is class 2 of the run, which is an output of the network, but now"):
        count_pictures(without)
    assert files(settings.run) == before
    count_pictures(replace(without, classes=("cat",)))
    assert (
        read_manifest(settings.run)["outputs"]
        == outputs
        == [["n00000001", "cat"], ["n00000002", "big dog"], ["n00000003", "fish"]]
    )
    row = read_class_row(settings.run, 0)
    assert (row["images"], row["wnid"]) == (11, "n00000001")


def test_pictures_that_cannot_be_counted_are_named_and_skipped(settings: Settings, tmp_path: Path) -> None:
    images = tmp_path / "images" / "cat"
    images.mkdir(parents=True)
    Image.new("RGB", (30, 30), "red").save(images / "good.png")
    (images / "empty.jpg").write_bytes(b"")
    (images / "text.png").write_text("no picture")
    Image.effect_noise((64, 64), 80).convert("RGB").save(images / "whole.jpg")
    (images / "cut.jpg").write_bytes((images / "whole.jpg").read_bytes()[:900])
    summary = count_pictures(replace(settings, images=tmp_path / "images"))
    assert summary.pictures == 2
    assert [each.name for each in summary.skipped] == ["cat/cut.jpg", "cat/empty.jpg", "cat/text.png"]
    rows = pyarrow.parquet.read_table(settings.run / "classes/00000/pictures.parquet").to_pylist()
    assert [row["path"] for row in rows if row["skipped"] is None] == ["cat/good.png", "cat/whole.jpg"]
    assert json.loads((settings.run / "manifest.json").read_text())["skipped"] == 3


OVERFLOWING = "tests.ingest.count.test_pipeline:Overflowing"


class Overflowing(nn.Module):
    """Infinite scores for every picture (values from -1 to 1), finite ones for values beyond."""

    def __init__(self) -> None:
        super().__init__()
        self.body = small()
        self.preprocessing = self.body.preprocessing

    def forward(self, x: Tensor) -> Tensor:
        scores: Tensor = self.body(x) / (x.abs().amax((1, 2, 3)) > 1).float()[:, None]
        return scores


def test_activations_that_are_not_finite_are_never_ranked(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "some" / "cat").mkdir(parents=True)
    for name, colour in (("grey", "grey"), ("light", "white")):
        Image.new("RGB", (20, 20), colour).save(tmp_path / "some" / "cat" / f"{name}.png")
    contrast = Adjustments(std=(0.4, 0.4, 0.4))  # white becomes 1.25, grey stays near 0
    overflows = replace(settings, network=OVERFLOWING, layers=("body.stem", "body.mixed"), adjustments=contrast)
    summary = count_pictures(replace(overflows, images=tmp_path / "some"))
    assert summary.pictures == 1 and summary.skipped == (LeftOut("cat/grey.png", "its activations are not finite"),)


def test_a_run_whose_every_picture_is_left_out_is_an_error_and_never_finished(settings: Settings) -> None:
    none = replace(settings, network=OVERFLOWING, layers=("body.stem", "body.mixed"), classes=("cat",))
    for _ in range(2):
        with pytest.raises(DataError, match=r"none of 11 pictures could be counted \(11 of them: its activations are"):
            count_pictures(none)
        assert not read_manifest(settings.run)["finished"]


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_not_numbers_are_refused_before_counting(
    settings: Settings, tmp_path: Path, value: float
) -> None:
    module = small()
    with torch.no_grad():
        module.get_submodule("narrow").weight[0] = value  # type: ignore[operator]
    torch.save(module.state_dict(), tmp_path / "diverged.pth")
    with pytest.raises(NetworkRefused, match=r"diverged.pth: not finite: 1 of \d+ weights \(narrow.weight\)"):
        count_pictures(replace(settings, weights=str(tmp_path / "diverged.pth")))
    assert not (settings.run / "manifest.json").exists()


def test_an_error_in_another_process_is_reported(settings: Settings) -> None:
    with pytest.raises(NetworkRefused, match="no layer 'nowhere'"):
        count_pictures(replace(settings, processes=2, layers=("stem", "nowhere")))


def test_pictures_with_equal_content_are_named_with_their_number(
    settings: Settings, images: Path, tmp_path: Path
) -> None:
    shutil.copytree(images, tmp_path / "images")
    for name in ("again.png", "once-more.png"):
        shutil.copy(tmp_path / "images" / "cat" / "00.png", tmp_path / "images" / "cat" / name)
    heard: list[News] = []
    count_pictures(replace(settings, images=tmp_path / "images", classes=("cat", "Big_Dog")), heard.append)
    done = [str(news) for news in heard if isinstance(news, ClassDone)]
    assert done == [
        "cat (1 of 2): 13 pictures; 2 in the class have the content of another one, which counts twice",
        "big dog (2 of 2): 9 pictures",
    ]
