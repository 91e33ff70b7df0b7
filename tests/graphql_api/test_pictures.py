"""Addresses of pictures."""

import json
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from graphql_api.pictures import picture_file, picture_url
from tests.commands import wait_for
from tests.conftest import MODEL, Service


def test_an_address_holds_any_name_of_a_model(tmp_path: Path) -> None:
    picture = picture_file(tmp_path, "features.0", 1, "channel")
    picture.parent.mkdir()
    picture.touch()
    url = picture_url(tmp_path, "My Photos #1?/features.0/1", "channel")
    assert url == "/pictures/My%20Photos%20%231%3F/features.0/1/channel.jpg"
    assert picture_url(tmp_path, "My Photos #1?/features.0/2", "channel") is None


def test_a_listing_is_read_again_when_its_folder_changes(tmp_path: Path) -> None:
    def url(index: int) -> str | None:
        return picture_url(tmp_path, f"made/top/{index}", "dataset-p-0")

    pictures = [picture_file(tmp_path, "top", index, "dataset-p-0") for index in range(3)]
    assert [url(index) for index in range(3)] == [None] * 3
    pictures[0].parent.mkdir()
    pictures[0].touch()
    assert url(0) and not url(1)
    pictures[1].touch()  # perhaps within the same tick of the file system's clock
    wait_for(lambda: url(1) is not None)
    pictures[0].unlink()
    wait_for(lambda: url(0) is None)

    pictures[2].symlink_to(pictures[1])
    wait_for(lambda: url(2) is not None)
    pictures[1].unlink()
    assert url(2) is None, "a link that leads nowhere has no address, whatever the listing holds"


def test_a_folder_that_leads_elsewhere_has_no_pictures(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    picture_file(elsewhere, "top", 0, "channel").parent.mkdir()
    picture_file(elsewhere, "top", 0, "channel").touch()
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "channel").symlink_to(elsewhere / "channel")
    assert picture_url(elsewhere, "made/top/0", "channel")
    assert picture_url(tmp_path / "pictures", "made/top/0", "channel") is None


ALL_PICTURES = """query ($model: ID!, $index: Int!) { imageClass(model: $model, index: $index) { attributionGraph {
  channels { channel { pictures { thumbnail featureVisualization diversity examples state patches { picture } } } }
} } }"""
GRAPHS = 200
STALLED_SECONDS = 10.0  # of a client that waits for nothing else; each file looked at by itself made it 15


def test_the_pictures_of_many_graphs_hold_up_no_other_client(service: Service) -> None:
    waits: list[float] = []
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(service.ask, ALL_PICTURES, model=MODEL, index=index) for index in range(GRAPHS)]
        while not all(each.done() for each in asked):
            began = time.monotonic()
            with urllib.request.urlopen(f"{service.url}/health", timeout=60) as answer:
                assert json.load(answer) == {"live": True}
            waits.append(time.monotonic() - began)
            time.sleep(0.02)
    shown = [each.result()["imageClass"]["attributionGraph"]["channels"] for each in asked]
    assert sum(map(len, shown)) > 10 * GRAPHS
    assert all(each["channel"]["pictures"]["thumbnail"] for each in shown[0])
    assert max(waits) < STALLED_SECONDS
