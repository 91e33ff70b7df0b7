"""The service, alone or as the last step of the demo."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from queries import published
from queries.session import Settings, database
from summit.imports import import_folder
from summit.terminal import Json, command_group, report

PUBLISHED = Path("../shared/data/summit-published")

commands = command_group()


@commands.command("demo")
def demo(
    published_folder: Annotated[Path, typer.Option("--published", help="SUMMIT's published data.")] = PUBLISHED,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=0, max=65535)] = 8000,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser (from a terminal only).")] = True,
    as_json: Json = False,
) -> None:
    """Load what is at hand and serve it: the whole main job in one command."""
    from graphql_api.server import serve as serve_forever

    settings = Settings.from_environment()
    with database(settings, report):  # held across both steps, so that the engine starts once
        if published.data_folder(published_folder):
            beside = [published_folder.parent / name for name in ("imagenet_classes.tsv", "imagenet_groups.tsv")]
            class_list, group_list = (path if path.is_file() else None for path in beside)
            imported, _ = import_folder(settings, published_folder, class_list, group_list, published.MODEL, False)
            report(f"{imported.classes:,} attribution graphs of {imported.model} in the database")
        else:
            report(
                f"no published graphs in {published_folder}: clone github fredhohman/summit-data and name the clone in "
                "SUMMIT_PUBLISHED; serving what the database holds"
            )
        serve_forever(settings, host, port, report, as_json, open_page=browser and sys.stderr.isatty())


@commands.command("serve")
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=0, max=65535)] = 8000,
    as_json: Json = False,
) -> None:
    """Serve GraphQL at /graphql and the page at /, until Ctrl+C."""
    from graphql_api.server import serve as serve_forever

    serve_forever(Settings.from_environment(), host, port, report, as_json, open_page=False)
