"""`summit export-site`: files that hold what the service answers to the page's own questions."""

import json
import os
import re
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.testbed.counted import counted
from bench.testbed.databases import open_database
from bench.testbed.sample import SAMPLE, load_sample
from graphql_api.app import PAGE
from graphql_api.site.parts import part_of_channel, part_of_notes, without_remedy
from graphql_api.site.questions import read_questions
from queries.engines.arcadedb import ArcadeDB
from queries.groups import keep_group
from queries.load.steps import model_step
from queries.pictures import content_hash
from tests.commands import run_here
from tests.conftest import HANGS, SUMMIT, Command, Service, serving
from tests.e2e.patched import write_patches

PICTURE = re.compile(r'"(/pictures/[^"]+)"')
SCORES = ("ACTIVATION", "ATTRIBUTION")
LAYERS = [layer.name for layer in SAMPLE.layers]

pytestmark = pytest.mark.usefixtures("built_page")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the sample, its patches and groups, and a model that has no graphs."""
    home = tmp_path_factory.mktemp("published")
    with open_database(ArcadeDB(), home / "arcadedb") as database:
        database.await_(load_sample(database.store))
        database.await_(keep_group(database.store, "sample", "both", [0, 1]))
        database.await_(keep_group(database.store, "sample", "first", [0]))
        write_patches(home / "trial", {layer.name: layer.channels for layer in SAMPLE.layers}, classes=2)
        query, parameters = model_step("sample", {"pictures": str(home / "trial")})
        database.write(query, **parameters)
        database.load(counted("bare", (4, 4), classes=1, density=0.5))
    return home


@pytest.fixture(scope="module")
def service(home: Path) -> Iterator[Service]:
    with serving(home) as running:
        yield running


@pytest.fixture(scope="module")
def site(home: Path, service: Service, summit: Command, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's site, made while the service runs."""
    folder = tmp_path_factory.mktemp("made") / "site"
    made = summit("export-site", "sample", "--to", folder, "--json", home=home)
    assert made.returncode == 0, made.stderr
    files = [path for path in folder.rglob("*") if path.is_file()]
    told = json.loads(made.stdout)
    assert (told["files"], told["bytes"]) == (len(files), sum(path.stat().st_size for path in files))
    assert told["pictures"] == len(list((folder / "pictures").iterdir())) > 0
    return folder


def answer_in(site: Path, name: str) -> Any:
    return json.loads((site / "answers" / f"{name}.json").read_text())


def asked(service: Service, name: str, **values: Any) -> dict[str, Any]:
    """The service's answer to a question of the page."""
    question = read_questions(PAGE)[name]
    return service.post(question.document, **question.filled(model="sample", **values))


def fetched(service: Service, address: str) -> bytes:
    with urllib.request.urlopen(service.url + address) as response:
        content: bytes = response.read()
    return content


def with_copies(service: Service, answer: Any) -> Any:
    """An answer with the names of copies, by content, in place of the addresses of pictures."""
    text = json.dumps(answer)
    return json.loads(PICTURE.sub(lambda at: f'"/pictures/{content_hash(fetched(service, at[1]))}.jpg"', text))


@pytest.mark.parametrize(
    "name",
    ["Names", "Images", "Classes", "Groups", "Members", "Embeddings", "SuggestedNames"],
)
def test_what_is_asked_of_the_whole_model_is_what_the_service_answers(site: Path, service: Service, name: str) -> None:
    assert answer_in(site, name) == asked(service, name)


def test_the_one_model_is_the_service_s(site: Path, service: Service) -> None:
    found = asked(service, "Models")["data"]["models"]
    assert answer_in(site, "Models")["data"]["models"] == [each for each in found if each["id"] == "sample"]


@pytest.mark.parametrize("index", [0, 1])
@pytest.mark.parametrize("score", SCORES)
def test_a_class_s_graph_by_either_score_is_what_the_service_answers(
    site: Path, service: Service, index: int, score: str
) -> None:
    answer, kept = asked(service, "View", index=index, score=score), answer_in(site, f"View/{index}-{score}")
    if (index, score) == (1, "ATTRIBUTION"):  # the one graph that there is not
        assert kept["errors"] == [{name: answer["errors"][0][name] for name in ("message", "extensions")}]
    else:
        assert answer["data"]["imageClass"]["attributionGraph"]["channels"]
        assert kept == with_copies(service, answer)
    assert answer_in(site, f"MapClass/{index}") == asked(service, "MapClass", index=index)


@pytest.mark.parametrize("index", [0, 1])
def test_company_is_what_the_service_counts(site: Path, service: Service, index: int) -> None:
    groups = [each["id"] for each in asked(service, "Groups")["data"]["groups"]]
    answer = asked(service, "Company", index=index, groups=groups)["data"]["imageClass"]["companyByLayer"]
    found = answer_in(site, f"Company/{index}")
    assert list(found) == [row["layer"] for row in answer] == LAYERS
    for row in answer:
        counts = {each["group"]["id"]: each["count"] for each in row["company"]}
        assert found[row["layer"]] == {group: count for group, count in counts.items() if count}


def test_every_channel_of_a_graph_is_told_as_the_service_tells_it(site: Path, service: Service) -> None:
    graphs = [answer_in(site, f"View/{name}") for name in ("0-ACTIVATION", "1-ACTIVATION", "0-ATTRIBUTION")]
    held = [row for graph in graphs for row in graph["data"]["imageClass"]["attributionGraph"]["channels"]]
    channels = {row["channel"]["id"] for row in held}
    for channel in channels:
        _, layer, index = channel.split("/")
        answer = with_copies(service, asked(service, "Channel", id=channel))
        answer["data"]["channel"]["pictures"]["patchesRemedy"] = None  # a reader of a copy cannot run it
        assert answer_in(site, f"Channel/{LAYERS.index(layer)}-{index}") == answer
    assert len(list((site / "answers" / "Channel").iterdir())) == len(channels)


def test_patches_of_a_class_are_the_service_s_for_each_of_its_channels(site: Path, service: Service) -> None:
    found = answer_in(site, "ChannelPictures/1")
    document = """query ($id: ID!, $class: Int) { channel(id: $id) { id pictures { diversity examples patchesRemedy
      patches(class: $class, first: 10) { picture whole x y side imageClass peak } } } }"""
    assert any(each["pictures"]["patches"] for each in found.values())
    for channel, pictures in found.items():
        answer = with_copies(service, service.ask(document, id=channel, **{"class": 1})["channel"])
        answer["pictures"]["patchesRemedy"] = None
        assert pictures == answer


def test_a_copy_does_not_say_where_the_run_is() -> None:
    pictures = {"examples": ["e"], "patchesRemedy": "summit patches /home/me/runs of mine/pets --model pets"}
    copied = part_of_channel({"id": "pets/top/1", "pictures": pictures, "classes": []}, [0])
    assert copied == {"id": "pets/top/1", "pictures": {"examples": ["e"], "patchesRemedy": None}, "classes": []}
    assert without_remedy({"id": "pets/top/2", "pictures": None}) == {"id": "pets/top/2", "pictures": None}


def test_pictures_are_named_by_their_content_and_are_those_that_answers_name(site: Path) -> None:
    named = {found for path in site.glob("answers/**/*.json") for found in PICTURE.findall(path.read_text())}
    assert {f"/pictures/{path.name}" for path in (site / "pictures").iterdir()} == named
    for path in (site / "pictures").iterdir():
        assert path.stem == content_hash(path.read_bytes())


def test_the_page_knows_that_it_has_no_service_and_site_json_where_it_comes_from(site: Path) -> None:
    facts = json.loads((site / "site.json").read_text())
    assert {name: facts[name] for name in ("kind", "model", "classes", "classCount", "scores")} == {
        "kind": "summit-site",
        "model": "sample",
        "classes": [0, 1],
        "classCount": 2,
        "scores": list(SCORES),
    }
    assert '<meta name="summit-site" content="site.json" />' in (site / "index.html").read_text()
    assert facts["files"] == len([path for path in site.rglob("*") if path.is_file()])
    assert {path.suffix for path in (site / "assets").iterdir()} == {".js", ".css", ".json", ".md", ".woff2"}


def test_a_site_of_some_classes_has_these_alone_and_says_so(home: Path, tmp_path: Path) -> None:
    made = run_here("export-site", "sample", "--to", tmp_path / "site", "--classes", "1", home=home)
    assert made.returncode == 0, made.stderr
    site = tmp_path / "site"
    assert sorted(path.name for path in (site / "answers" / "MapClass").iterdir()) == ["1.json"]
    assert [each["index"] for each in answer_in(site, "Classes")["data"]["classes"]["nodes"]] == [1]
    assert {tuple(each["classes"]) for each in answer_in(site, "Embeddings")["data"]["model"]["embeddings"]} <= {
        (1,),
        (),
    }
    groups = answer_in(site, "Members")["data"]["groups"]
    assert [(each["name"], each["classes"], each["classCount"]) for each in groups] == [("both", [1], 1)]
    assert list(answer_in(site, "counts")) == ["1"]
    assert answer_in(site, "Company/1")[LAYERS[0]]  # of the neighbours in the whole model
    assert 'content="site.json" data-of="2" />' in (site / "index.html").read_text()


def test_nothing_on_a_site_of_some_classes_leads_to_what_it_lacks(home: Path, tmp_path: Path) -> None:
    made = run_here("export-site", "sample", "--to", tmp_path, "--classes", "0", home=home)
    assert made.returncode == 0, made.stderr
    classes = [answer_in(tmp_path, name)["data"]["imageClass"] for name in ("View/0-ACTIVATION", "MapClass/0")]
    for confusions in (each["confusions"] for each in classes):
        assert [(each["name"], each["class"]) for each in confusions] == [("lobster", None), ("class 1", None)]
    files = list((tmp_path / "answers" / "Channel").iterdir())
    channels = [json.loads(file.read_text())["data"]["channel"] for file in files]
    assert {use["imageClass"]["index"] for channel in channels for use in channel["classes"]} == {0}
    assert any(channel["classCount"] > len(channel["classes"]) for channel in channels)
    named = answer_in(tmp_path, "SuggestedNames")["data"]["model"]["suggestedNames"]
    assert {each["channel"]["id"] for each in named} <= {channel["id"] for channel in channels}


def test_an_earlier_site_is_replaced_and_other_files_are_refused(home: Path, tmp_path: Path) -> None:
    site, thesis = tmp_path / "site", tmp_path / "thesis"
    assert run_here("export-site", "sample", "--to", site, home=home).returncode == 0
    (site / "answers" / "left.json").touch()
    assert run_here("export-site", "sample", "--to", site, "--classes", "0", home=home).returncode == 0
    assert not (site / "answers" / "left.json").exists()
    thesis.mkdir()
    (thesis / "chapter").touch()

    refused = run_here("export-site", "sample", "--to", thesis, home=home)

    assert refused.returncode == 1
    assert "holds other files, which would be lost; name an empty folder or a new one" in refused.stderr
    assert [path.name for path in thesis.iterdir()] == ["chapter"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site", "thesis"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("nobody",), "no model 'nobody' in the database"),
        (("sample", "--classes", "0,7"), "model sample has no class 7"),
        (("bare",), "bare has no attribution graphs to publish; `summit extract bare` makes them"),
    ],
)
def test_what_cannot_be_published_is_said_and_leaves_nothing(
    home: Path, tmp_path: Path, words: tuple[str, ...], expected: str
) -> None:
    failed = run_here("export-site", *words, "--to", tmp_path / "site", home=home)
    assert failed.returncode == 1
    assert expected in failed.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_export_that_is_interrupted_leaves_the_earlier_site(home: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    assert run_here("export-site", "sample", "--to", site, home=home).returncode == 0
    before = {path: path.read_bytes() for path in site.rglob("*") if path.is_file()}
    process = subprocess.Popen(
        [SUMMIT, "export-site", "sample", "--to", site],
        env={**os.environ, "SUMMIT_HOME": str(home)},
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + HANGS
    while not list(tmp_path.glob(".site.*.unfinished")):  # from its first moment on, before the database is opened
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)

    assert process.wait(HANGS) == 130
    assert {path: path.read_bytes() for path in site.rglob("*") if path.is_file()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_copy_has_what_is_written_in_the_database(site: Path, service: Service) -> None:
    notes = answer_in(site, "Notes")
    assert notes == asked(service, "Notes")
    assert {each["kind"] for each in notes["data"]["model"]["annotations"]} == {"CHANNEL", "CLASS", "VIEW"}
    assert answer_in(site, "ViewPictures") == asked(service, "ViewPictures")


def test_a_copy_of_some_classes_has_only_what_is_about_them() -> None:
    def note(kind: str, target: str, address: str | None = None) -> dict[str, Any]:
        return {"kind": kind, "target": target, "address": address}

    kept = [note("CHANNEL", "top/1"), note("CLASS", "1"), note("VIEW", "a", "?class=1"), note("VIEW", "b", "?room=map")]
    left_out = [note("CHANNEL", "top/0"), note("CLASS", "0")]
    for words in ("channel=%s", "class=1&pin=%s", "pin=top/1>%s", "motif=top/1>top/1,%s>top/1", "around=top%%2F%s"):
        kept.append(note("VIEW", words, f"?{words % '1' if '2F' in words else words % 'top/1'}"))
        left_out.append(note("VIEW", words, f"?{words % '0' if '2F' in words else words % 'top/0'}"))
    for words in ("classes=1,%s&room=compare", "class=%s", "picked=1,%s", "of=%s,1", "of=all&against=%s"):
        kept.append(note("VIEW", words, f"?{words % 1}"))
        left_out.append(note("VIEW", words, f"?{words % 0}"))
    kept.append(note("VIEW", "group", "?of=n02131653&against=others"))
    assert part_of_notes([*kept, *left_out], {1}, {"top/1"}) == kept
