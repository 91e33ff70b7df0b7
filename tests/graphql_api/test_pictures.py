"""Addresses of pictures."""

from pathlib import Path

from graphql_api.pictures import picture_file, picture_url


def test_an_address_holds_any_name_of_a_model(tmp_path: Path) -> None:
    picture = picture_file(tmp_path, "features.0", 1, "channel")
    picture.parent.mkdir()
    picture.touch()
    url = picture_url(str(tmp_path), "My Photos #1?/features.0/1", "channel")
    assert url == "/pictures/My%20Photos%20%231%3F/features.0/1/channel.jpg"
    assert picture_url(str(tmp_path), "My Photos #1?/features.0/2", "channel") is None
