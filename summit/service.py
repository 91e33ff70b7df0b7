"""The service, alone or as the last step of the demo."""

import logging
import os
import sys
import webbrowser
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

import typer

from queries.engines.session import database
from queries.engines.settings import Settings, root_path
from queries.load import published
from queries.work.background import start_in_background
from summit.extra import ingest_extra, missing_told
from summit.imports import prepare_published
from summit.terminal import Json, answer, command_group, console, report, write_lines

RootPath = Annotated[
    str | None, typer.Option("--root-path", help="Path of another server below which this one stands, e.g. /summit.")
]
LogJson = Annotated[bool, typer.Option("--log-json", help="Write the log as JSON lines, with every request.")]
Private = Annotated[bool, typer.Option("--private", help="Ask for the token when reading, too (or SUMMIT_PRIVATE=1).")]
Processes = Annotated[
    int,
    typer.Option(
        "--workers",
        help="Worker processes sharing one engine; more than the machine's cores do not help.",
        min=1,
        max=64,
    ),
]
PICTURES_LOG = "visualize.log"  # of the data directory
PUBLISHED = Path("../shared/data/summit-published")

commands = command_group()


@commands.command("demo")
def demo(
    published_folder: Annotated[Path, typer.Option("--published", help="SUMMIT's published data.")] = PUBLISHED,
    images: Annotated[Path | None, typer.Option(help="Folder with one subfolder of pictures per class.")] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=0, max=65535)] = 8000,
    private: Private = False,
    root: RootPath = None,
    log_json: LogJson = False,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser (from a terminal only).")] = True,
    as_json: Json = False,
) -> None:
    """Run everything end to end on the available data and serve it; safe to interrupt and to repeat.

    With --images, EfficientNet-Lite0 on those pictures; otherwise SUMMIT's published graphs; without those, a small
    built-in network for handwritten digits.
    """
    from graphql_api.server import listen
    from graphql_api.server import serve as serve_forever

    settings = service_settings(private, root)
    say, run = service_log(log_json), None
    listener = listen(host, port)  # before the work, which is useless if the port is taken
    with listener, database(settings, report):  # held across all steps, so that the engine starts once
        if images is not None:
            with ingest_extra():
                from ingest.demo import prepare_images

            with missing_told():
                run = prepare_images(settings, images, console("demo"))
        elif published.data_folder(published_folder):
            prepare_published(settings, published_folder)
        else:
            report(
                f"no published graphs in {published_folder} (clone github fredhohman/summit-data and set "
                "SUMMIT_PUBLISHED to the clone); using a small network for handwritten digits instead"
            )
            with ingest_extra():
                from ingest.demo import prepare_digits

            with missing_told():
                run = prepare_digits(settings, console("demo"))
        announce = announcing(say, as_json, open_page=browser and sys.stderr.isatty())
        serve_forever(settings, listener, say, with_pictures(settings, run, announce))


@commands.command("serve")
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=0, max=65535)] = 8000,
    private: Private = False,
    root: RootPath = None,
    log_json: LogJson = False,
    workers: Processes = 1,
    as_json: Json = False,
) -> None:
    """Serve GraphQL at /graphql and the page at /, until Ctrl+C.

    Anyone on this machine may read. What changes something carries a token: SUMMIT_TOKEN, or one that is made at the
    first start and kept in SUMMIT_HOME/token; the start address brings it to the page. Names of this service other than
    localhost go in SUMMIT_HOSTS. See docs/service.md.
    """
    from graphql_api.server import listen
    from graphql_api.server import serve as serve_forever

    say = service_log(log_json)
    with listen(host, port) as listener:
        announce = announcing(say, as_json, open_page=False)
        serve_forever(service_settings(private, root), listener, say, announce, workers, service_setup(log_json))


def service_settings(private: bool, root: str | None) -> Settings:
    """Settings of the environment, with those of the command line. Raises DataError."""
    settings = Settings.from_environment()
    prefix = settings.prefix if root is None else root_path(root)
    return replace(settings, private=private or settings.private, prefix=prefix)


def service_log(as_json: bool) -> Callable[[str], None]:
    """How the service says what happens: in lines for a person, or in JSON."""
    if not as_json:
        return report
    service_setup(as_json)()
    return logging.getLogger("summit").info


def service_setup(as_json: bool) -> Callable[[], None]:
    """What has a process write its log that way."""
    if not as_json:
        return write_lines
    from graphql_api.upkeep.logs import write_json

    return write_json


def with_pictures(
    settings: Settings, run: str | None, announce: Callable[[str, str], None]
) -> Callable[[str, str], None]:
    """The same, and then has the pictures of a run's channels made in the background, with which the page fills."""

    def announce_and_begin(url: str, token: str) -> None:
        announce(url, token)
        if run is not None and settings.visualize:
            start_in_background(settings.home, PICTURES_LOG, "visualize", run)

    return announce_and_begin


def announcing(say: Callable[[str], None], as_json: bool, open_page: bool) -> Callable[[str, str], None]:
    """What to do with the address and the token once the service answers."""

    def announce(url: str, token: str) -> None:
        start = f"{url}?{urlencode({'token': token})}"
        if as_json:
            answer({"url": url, "token": token, "start": start}, True, "")
        else:
            shown = f"{url}?token=..., with the word in SUMMIT_TOKEN," if os.environ.get("SUMMIT_TOKEN") else start
            say(f"Summit Graph is at {url}  (GraphQL at {url}graphql; Ctrl+C stops it)")
            say(f"open {shown} to change graphs, too")
        if open_page:
            webbrowser.open(start)

    return announce
